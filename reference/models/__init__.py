from reference.models.citation import Citation
from reference.models.page_provision import PageProvision
from reference.models.provision import Provision, ProvisionTopic
from reference.models.term import Term, TermName

__all__ = ["Citation", "PageProvision", "Provision", "ProvisionTopic", "Term", "TermName"]
