"""What a password must be, said in our words."""

from django.contrib.auth import password_validation


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self):
        return f"That is too short. A password has at least {self.min_length} characters."


class UnlikeYou(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self):
        return "That is too much like your %(verbose_name)s. Choose something nobody would try first."


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self):
        return "Many people use that one, so it is tried first. Choose another."


class NotNumbersAlone(password_validation.NumericPasswordValidator):
    def get_error_message(self):
        return "That is numbers alone. Put some letters in."
