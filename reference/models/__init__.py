from reference.models.citation import Citation
from reference.models.provision import Provision, ProvisionTopic
from reference.models.term import Term, TermName

__all__ = ["Citation", "Provision", "ProvisionTopic", "Term", "TermName"]
