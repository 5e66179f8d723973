"""The closed lists of words that a kept record may hold, spelled as people read them."""

from enum import StrEnum


class Status(StrEnum):
    """Where a course of care stands; the first two are open."""

    ACTIVE = "active"
    RELAPSE_PREVENTION = "relapse prevention"
    GRADUATED = "graduated"
    DISCHARGED = "discharged"
    REFERRED = "referred"
    LOST = "lost"
    OTHER = "other"


class Condition(StrEnum):
    """What the episode treats."""

    DEPRESSION = "depression"
    ANXIETY = "anxiety"
    PTSD = "PTSD"
    OTHER = "other"


class ContactKind(StrEnum):
    """What a contact was for; a no show is a contact that did not happen."""

    ASSESSMENT = "assessment"
    FOLLOW_UP = "follow-up"
    OUTREACH = "outreach"
    NO_SHOW = "no show"
    OTHER = "other"


class Modality(StrEnum):
    """How people met."""

    IN_PERSON = "in person"
    VIDEO = "video"
    PHONE = "phone"
    PORTAL = "portal"


class Change(StrEnum):
    """What was changed in the treatment."""

    START = "start"
    DOSE_UP = "dose up"
    DOSE_DOWN = "dose down"
    SWITCH = "switch"
    AUGMENT = "augment"
    STOP = "stop"
    THERAPY_START = "therapy start"
    THERAPY_STOP = "therapy stop"
    REFERRAL = "referral"


class SafetyKind(StrEnum):
    """A flag, a screen, or what closes one."""

    MANUAL_FLAG = "manual flag"
    CSSRS = "C-SSRS"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


class CoveragePayer(StrEnum):
    """The kind of payer in coverage records; the patient's own payer is free text."""

    COMMERCIAL = "commercial"
    MEDICARE = "Medicare"
    MEDICAID_FFS = "Medicaid fee for service"
    MEDICAID_MANAGED = "Medicaid managed care"
    DUAL = "dual"
    UNINSURED = "uninsured"
    OTHER = "other"


class Role(StrEnum):
    """What a member of staff does in the team."""

    CARE_MANAGER = "care manager"
    CONSULTANT = "consultant"
    PCP = "PCP"
    THERAPIST = "therapist"
    OTHER = "other"
