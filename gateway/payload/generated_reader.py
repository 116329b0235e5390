"""Readers of the standard. GENERATED from schemas/xsd: change those, not this file.

They read trees that the XSD has accepted, and refuse only what it cannot: elements without
content.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from gateway.payload.generated_types import (
    AccessModeCode,
    AccessRestriction,
    AcquisitionModeCode,
    ActionCode,
    ActionRequestedCode,
    AddressReasonCode,
    AddresseeCode,
    Availability,
    BallisticReference,
    BallisticSystemCode,
    Calibre,
    Candidate,
    CautionCode,
    ClosureReasonCode,
    Component,
    ComponentCode,
    ConfirmationUrgencyCode,
    Consignment,
    ContactPoint,
    Context,
    CountryCode,
    DeliveryStatement,
    DetectionMethodCode,
    DirectoryAck,
    DispositionCode,
    DispositionNotice,
    FalseHitReasonCode,
    Fault,
    Finding,
    FinishCode,
    Firearm,
    FirearmDescription,
    FirearmRecord,
    FirearmRecordResult,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    FirearmTypeCode,
    ForwardConsentCode,
    GradeCode,
    HandlingCode,
    Hit,
    HitAnswerCode,
    HitClose,
    HitConfirmRequest,
    HitConfirmResponse,
    HitNotice,
    HitOriginCode,
    HitReceipt,
    HitRevoke,
    HitRevokeReasonCode,
    HitRoleCode,
    HitSeizure,
    HitStateCode,
    HitStatus,
    HitStatusNotice,
    HitStepCode,
    IdentificationConfidenceCode,
    IllicitBasisCode,
    Image,
    ImageViewCode,
    Import,
    InquiryStatusCode,
    IntendedUseCode,
    ItemStatus,
    ItemStatusCode,
    KeptMessage,
    KeptMessages,
    LegalCategory,
    LegalCategorySchemeCode,
    LegalityCode,
    LegibilityCode,
    Location,
    LocationKindCode,
    Make,
    MakeCode,
    MakeSchemeCode,
    ManufactureKindCode,
    Marking,
    MarkingKindCode,
    MarkingLocationCode,
    MarkingMethodCode,
    MatchOutcomeCode,
    MatchReason,
    MessageTypeCode,
    MissingItem,
    MissingItemCode,
    NumberRange,
    OfficeAbsence,
    OfficeCalendar,
    OfficeHoursNotice,
    OfficeStateCode,
    OwnerCategoryCode,
    Payload,
    PriorSearch,
    PurposeCode,
    Receipt,
    ReceiptItem,
    ReceiptLevelCode,
    ReceiptOutcomeCode,
    RecordBatch,
    RecordBatchItem,
    RecordBatchReport,
    RecordBatchResult,
    RecordExtract,
    RecordRead,
    RecordResult,
    RecordResultCode,
    RecordStatusCode,
    RecordTypeCode,
    RecordUpdate,
    ReferenceTableCode,
    ReferenceTableId,
    RequestedInformationCode,
    ResendRequest,
    ResponseKindCode,
    RestrictionReasonCode,
    ReviewConfirm,
    ReviewDecision,
    ReviewDecisionCode,
    ReviewDue,
    ReviewItem,
    ReviewNoticeCode,
    Routing,
    Search,
    SearchBatch,
    SearchBatchItem,
    SearchBatchReport,
    SearchBatchResult,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SearchResultCode,
    SeizedFirearm,
    Seizure,
    SeizureContextCode,
    SeizureNotice,
    SerialStatusCode,
    SeverityCode,
    StatAnswerCode,
    StatDimensionCode,
    StatFilter,
    StatMeasureCode,
    StatOrigin,
    StatQuery,
    StatQuestion,
    StatRefusalCode,
    StatReport,
    StatRow,
    StatusChange,
    SuppliedItem,
    TraceAck,
    TraceAckCode,
    TraceAct,
    TraceAnswer,
    TraceAttachment,
    TraceCancel,
    TraceCancelCode,
    TraceClarification,
    TraceClose,
    TraceComment,
    TraceCorrection,
    TraceDeadlineCode,
    TraceDocument,
    TraceDocumentKindCode,
    TraceForward,
    TraceIllicitNature,
    TraceInfo,
    TraceInfoRequest,
    TraceIntendedUse,
    TraceIntroduction,
    TraceLink,
    TraceNoAnswer,
    TraceOutcomeCode,
    TracePossessor,
    TracePriorityCode,
    TraceQuestion,
    TraceReceived,
    TraceRejectionCode,
    TraceReminder,
    TraceReopen,
    TraceRequest,
    TraceResponse,
    TraceRoleCode,
    TraceStatus,
    TraceTerms,
    TransliteratedText,
    TransliterationSystemCode,
    TransportModeCode,
    TrustDocuments,
    WideSearchRequest,
    YearBasisCode,
    YearOfManufacture,
)


class EmptyElementError(ValueError):
    """An element has no content; what is not known is left out."""

    def __init__(self, element: Any) -> None:
        super().__init__(element.tag)
        self.element = element


class _End:
    """Stands behind the last child, so that no reader asks whether there is one."""

    tag: Final = ""
    text: Final = ""


def _slot(owner: type, name: str) -> Any:
    return owner.__dict__[name].__set__


_END: Any = _End()
_new: Any = object.__new__
_read_timestamp = datetime.fromisoformat
_read_date = date.fromisoformat
_AccessModeCode_OF: dict[str, AccessModeCode] = {code.value: code for code in AccessModeCode}
_AcquisitionModeCode_OF: dict[str, AcquisitionModeCode] = {code.value: code for code in AcquisitionModeCode}
_ActionCode_OF: dict[str, ActionCode] = {code.value: code for code in ActionCode}
_ActionRequestedCode_OF: dict[str, ActionRequestedCode] = {code.value: code for code in ActionRequestedCode}
_AddressReasonCode_OF: dict[str, AddressReasonCode] = {code.value: code for code in AddressReasonCode}
_AddresseeCode_OF: dict[str, AddresseeCode] = {code.value: code for code in AddresseeCode}
_BallisticSystemCode_OF: dict[str, BallisticSystemCode] = {code.value: code for code in BallisticSystemCode}
_CautionCode_OF: dict[str, CautionCode] = {code.value: code for code in CautionCode}
_ClosureReasonCode_OF: dict[str, ClosureReasonCode] = {code.value: code for code in ClosureReasonCode}
_ComponentCode_OF: dict[str, ComponentCode] = {code.value: code for code in ComponentCode}
_ConfirmationUrgencyCode_OF: dict[str, ConfirmationUrgencyCode] = {code.value: code for code in ConfirmationUrgencyCode}
_CountryCode_OF: dict[str, CountryCode] = {code.value: code for code in CountryCode}
_DetectionMethodCode_OF: dict[str, DetectionMethodCode] = {code.value: code for code in DetectionMethodCode}
_DispositionCode_OF: dict[str, DispositionCode] = {code.value: code for code in DispositionCode}
_FalseHitReasonCode_OF: dict[str, FalseHitReasonCode] = {code.value: code for code in FalseHitReasonCode}
_FinishCode_OF: dict[str, FinishCode] = {code.value: code for code in FinishCode}
_FirearmTypeCode_OF: dict[str, FirearmTypeCode] = {code.value: code for code in FirearmTypeCode}
_ForwardConsentCode_OF: dict[str, ForwardConsentCode] = {code.value: code for code in ForwardConsentCode}
_GradeCode_OF: dict[str, GradeCode] = {code.value: code for code in GradeCode}
_HandlingCode_OF: dict[str, HandlingCode] = {code.value: code for code in HandlingCode}
_HitAnswerCode_OF: dict[str, HitAnswerCode] = {code.value: code for code in HitAnswerCode}
_HitOriginCode_OF: dict[str, HitOriginCode] = {code.value: code for code in HitOriginCode}
_HitRevokeReasonCode_OF: dict[str, HitRevokeReasonCode] = {code.value: code for code in HitRevokeReasonCode}
_HitRoleCode_OF: dict[str, HitRoleCode] = {code.value: code for code in HitRoleCode}
_HitStateCode_OF: dict[str, HitStateCode] = {code.value: code for code in HitStateCode}
_HitStepCode_OF: dict[str, HitStepCode] = {code.value: code for code in HitStepCode}
_IdentificationConfidenceCode_OF: dict[str, IdentificationConfidenceCode] = {code.value: code for code in IdentificationConfidenceCode}
_IllicitBasisCode_OF: dict[str, IllicitBasisCode] = {code.value: code for code in IllicitBasisCode}
_ImageViewCode_OF: dict[str, ImageViewCode] = {code.value: code for code in ImageViewCode}
_InquiryStatusCode_OF: dict[str, InquiryStatusCode] = {code.value: code for code in InquiryStatusCode}
_IntendedUseCode_OF: dict[str, IntendedUseCode] = {code.value: code for code in IntendedUseCode}
_ItemStatusCode_OF: dict[str, ItemStatusCode] = {code.value: code for code in ItemStatusCode}
_LegalCategorySchemeCode_OF: dict[str, LegalCategorySchemeCode] = {code.value: code for code in LegalCategorySchemeCode}
_LegalityCode_OF: dict[str, LegalityCode] = {code.value: code for code in LegalityCode}
_LegibilityCode_OF: dict[str, LegibilityCode] = {code.value: code for code in LegibilityCode}
_LocationKindCode_OF: dict[str, LocationKindCode] = {code.value: code for code in LocationKindCode}
_MakeSchemeCode_OF: dict[str, MakeSchemeCode] = {code.value: code for code in MakeSchemeCode}
_ManufactureKindCode_OF: dict[str, ManufactureKindCode] = {code.value: code for code in ManufactureKindCode}
_MarkingKindCode_OF: dict[str, MarkingKindCode] = {code.value: code for code in MarkingKindCode}
_MarkingLocationCode_OF: dict[str, MarkingLocationCode] = {code.value: code for code in MarkingLocationCode}
_MarkingMethodCode_OF: dict[str, MarkingMethodCode] = {code.value: code for code in MarkingMethodCode}
_MatchOutcomeCode_OF: dict[str, MatchOutcomeCode] = {code.value: code for code in MatchOutcomeCode}
_MessageTypeCode_OF: dict[str, MessageTypeCode] = {code.value: code for code in MessageTypeCode}
_MissingItemCode_OF: dict[str, MissingItemCode] = {code.value: code for code in MissingItemCode}
_OfficeStateCode_OF: dict[str, OfficeStateCode] = {code.value: code for code in OfficeStateCode}
_OwnerCategoryCode_OF: dict[str, OwnerCategoryCode] = {code.value: code for code in OwnerCategoryCode}
_PurposeCode_OF: dict[str, PurposeCode] = {code.value: code for code in PurposeCode}
_ReceiptLevelCode_OF: dict[str, ReceiptLevelCode] = {code.value: code for code in ReceiptLevelCode}
_ReceiptOutcomeCode_OF: dict[str, ReceiptOutcomeCode] = {code.value: code for code in ReceiptOutcomeCode}
_RecordResultCode_OF: dict[str, RecordResultCode] = {code.value: code for code in RecordResultCode}
_RecordStatusCode_OF: dict[str, RecordStatusCode] = {code.value: code for code in RecordStatusCode}
_RecordTypeCode_OF: dict[str, RecordTypeCode] = {code.value: code for code in RecordTypeCode}
_ReferenceTableCode_OF: dict[str, ReferenceTableCode] = {code.value: code for code in ReferenceTableCode}
_RequestedInformationCode_OF: dict[str, RequestedInformationCode] = {code.value: code for code in RequestedInformationCode}
_ResponseKindCode_OF: dict[str, ResponseKindCode] = {code.value: code for code in ResponseKindCode}
_RestrictionReasonCode_OF: dict[str, RestrictionReasonCode] = {code.value: code for code in RestrictionReasonCode}
_ReviewDecisionCode_OF: dict[str, ReviewDecisionCode] = {code.value: code for code in ReviewDecisionCode}
_ReviewNoticeCode_OF: dict[str, ReviewNoticeCode] = {code.value: code for code in ReviewNoticeCode}
_SearchReasonCode_OF: dict[str, SearchReasonCode] = {code.value: code for code in SearchReasonCode}
_SearchResultCode_OF: dict[str, SearchResultCode] = {code.value: code for code in SearchResultCode}
_SeizureContextCode_OF: dict[str, SeizureContextCode] = {code.value: code for code in SeizureContextCode}
_SerialStatusCode_OF: dict[str, SerialStatusCode] = {code.value: code for code in SerialStatusCode}
_SeverityCode_OF: dict[str, SeverityCode] = {code.value: code for code in SeverityCode}
_StatAnswerCode_OF: dict[str, StatAnswerCode] = {code.value: code for code in StatAnswerCode}
_StatDimensionCode_OF: dict[str, StatDimensionCode] = {code.value: code for code in StatDimensionCode}
_StatMeasureCode_OF: dict[str, StatMeasureCode] = {code.value: code for code in StatMeasureCode}
_StatRefusalCode_OF: dict[str, StatRefusalCode] = {code.value: code for code in StatRefusalCode}
_TraceAckCode_OF: dict[str, TraceAckCode] = {code.value: code for code in TraceAckCode}
_TraceCancelCode_OF: dict[str, TraceCancelCode] = {code.value: code for code in TraceCancelCode}
_TraceDeadlineCode_OF: dict[str, TraceDeadlineCode] = {code.value: code for code in TraceDeadlineCode}
_TraceDocumentKindCode_OF: dict[str, TraceDocumentKindCode] = {code.value: code for code in TraceDocumentKindCode}
_TraceOutcomeCode_OF: dict[str, TraceOutcomeCode] = {code.value: code for code in TraceOutcomeCode}
_TracePriorityCode_OF: dict[str, TracePriorityCode] = {code.value: code for code in TracePriorityCode}
_TraceRejectionCode_OF: dict[str, TraceRejectionCode] = {code.value: code for code in TraceRejectionCode}
_TraceRoleCode_OF: dict[str, TraceRoleCode] = {code.value: code for code in TraceRoleCode}
_TransliterationSystemCode_OF: dict[str, TransliterationSystemCode] = {code.value: code for code in TransliterationSystemCode}
_TransportModeCode_OF: dict[str, TransportModeCode] = {code.value: code for code in TransportModeCode}
_YearBasisCode_OF: dict[str, YearBasisCode] = {code.value: code for code in YearBasisCode}


_AccessRestriction_country_code = _slot(AccessRestriction, "country_code")
_AccessRestriction_agency_id = _slot(AccessRestriction, "agency_id")
_AccessRestriction_access_mode_code = _slot(AccessRestriction, "access_mode_code")


def _read_AccessRestriction(e: Any) -> AccessRestriction:
    v: AccessRestriction = _new(AccessRestriction)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}CountryCode":
        _AccessRestriction_country_code(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _AccessRestriction_country_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}AgencyId":
        _AccessRestriction_agency_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _AccessRestriction_agency_id(v, None)
    _AccessRestriction_access_mode_code(v, _AccessModeCode_OF[n.text])
    return v


_Context_schema_version = _slot(Context, "schema_version")
_Context_message_type_code = _slot(Context, "message_type_code")
_Context_conversation_id = _slot(Context, "conversation_id")
_Context_sent_timestamp = _slot(Context, "sent_timestamp")
_Context_urgency_justification_text = _slot(Context, "urgency_justification_text")
_Context_sender_agency_id = _slot(Context, "sender_agency_id")
_Context_sender_system_id = _slot(Context, "sender_system_id")
_Context_acting_user_pseudonym = _slot(Context, "acting_user_pseudonym")
_Context_purpose_code = _slot(Context, "purpose_code")
_Context_case_reference = _slot(Context, "case_reference")
_Context_handling_code = _slot(Context, "handling_code")
_Context_test_indicator = _slot(Context, "test_indicator")
_Context_language_code = _slot(Context, "language_code")


def _read_Context(e: Any) -> Context:
    v: Context = _new(Context)
    it = iter(e)
    n = next(it, _END)
    _Context_schema_version(v, n.text)
    n = next(it, _END)
    _Context_message_type_code(v, _MessageTypeCode_OF[n.text])
    n = next(it, _END)
    _Context_conversation_id(v, n.text)
    n = next(it, _END)
    _Context_sent_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}UrgencyJustificationText":
        _Context_urgency_justification_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Context_urgency_justification_text(v, None)
    _Context_sender_agency_id(v, n.text)
    n = next(it, _END)
    _Context_sender_system_id(v, n.text)
    n = next(it, _END)
    _Context_acting_user_pseudonym(v, n.text)
    n = next(it, _END)
    _Context_purpose_code(v, _PurposeCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}CaseReference":
        _Context_case_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Context_case_reference(v, None)
    if t == "{urn:iarms:exchange:payload:1}HandlingCode":
        handling_code = []
        while t == "{urn:iarms:exchange:payload:1}HandlingCode":
            handling_code.append(_HandlingCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _Context_handling_code(v, tuple(handling_code))
    else:
        _Context_handling_code(v, ())
    _Context_test_indicator(v, n.text == "true")
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}LanguageCode":
        _Context_language_code(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Context_language_code(v, None)
    return v


_Availability_context = _slot(Availability, "context")
_Availability_outage_reference = _slot(Availability, "outage_reference")
_Availability_begin_timestamp = _slot(Availability, "begin_timestamp")
_Availability_end_timestamp = _slot(Availability, "end_timestamp")
_Availability_will_forward_indicator = _slot(Availability, "will_forward_indicator")
_Availability_reason_text = _slot(Availability, "reason_text")


def _read_Availability(e: Any) -> Availability:
    v: Availability = _new(Availability)
    it = iter(e)
    n = next(it, _END)
    _Availability_context(v, _read_Context(n))
    n = next(it, _END)
    _Availability_outage_reference(v, n.text)
    n = next(it, _END)
    _Availability_begin_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _Availability_end_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _Availability_will_forward_indicator(v, n.text == "true")
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReasonText":
        _Availability_reason_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Availability_reason_text(v, None)
    return v


_BallisticReference_value = _slot(BallisticReference, "value")
_BallisticReference_system = _slot(BallisticReference, "system")


def _read_BallisticReference(e: Any) -> BallisticReference:
    v: BallisticReference = _new(BallisticReference)
    _BallisticReference_value(v, e.text)
    _BallisticReference_system(v, _BallisticSystemCode_OF[e.get("system")])
    return v


_Calibre_calibre_code = _slot(Calibre, "calibre_code")
_Calibre_calibre_text = _slot(Calibre, "calibre_text")
_Calibre_barrel_number = _slot(Calibre, "barrel_number")


def _read_Calibre(e: Any) -> Calibre:
    v: Calibre = _new(Calibre)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}CalibreCode":
        _Calibre_calibre_code(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Calibre_calibre_code(v, None)
    _Calibre_calibre_text(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}BarrelNumber":
        _Calibre_barrel_number(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Calibre_barrel_number(v, None)
    return v


_MatchReason_reason_code = _slot(MatchReason, "reason_code")
_MatchReason_outcome_code = _slot(MatchReason, "outcome_code")
_MatchReason_field_path = _slot(MatchReason, "field_path")
_MatchReason_message_text = _slot(MatchReason, "message_text")


def _read_MatchReason(e: Any) -> MatchReason:
    v: MatchReason = _new(MatchReason)
    it = iter(e)
    n = next(it, _END)
    _MatchReason_reason_code(v, n.text)
    n = next(it, _END)
    _MatchReason_outcome_code(v, _MatchOutcomeCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}FieldPath":
        _MatchReason_field_path(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _MatchReason_field_path(v, None)
    _MatchReason_message_text(v, n.text)
    return v


_MakeCode_value = _slot(MakeCode, "value")
_MakeCode_scheme = _slot(MakeCode, "scheme")


def _read_MakeCode(e: Any) -> MakeCode:
    v: MakeCode = _new(MakeCode)
    _MakeCode_value(v, e.text)
    _MakeCode_scheme(v, _MakeSchemeCode_OF[e.get("scheme")])
    return v


_Make_make_code = _slot(Make, "make_code")
_Make_make_text = _slot(Make, "make_text")


def _read_Make(e: Any) -> Make:
    v: Make = _new(Make)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}MakeCode":
        _Make_make_code(v, _read_MakeCode(n))
        n = next(it, _END)
        t = n.tag
    else:
        _Make_make_code(v, None)
    _Make_make_text(v, n.text)
    return v


_TransliteratedText_value = _slot(TransliteratedText, "value")
_TransliteratedText_system = _slot(TransliteratedText, "system")


def _read_TransliteratedText(e: Any) -> TransliteratedText:
    v: TransliteratedText = _new(TransliteratedText)
    _TransliteratedText_value(v, e.text)
    _TransliteratedText_system(v, _TransliterationSystemCode_OF[e.get("system")])
    return v


_Marking_kind_code = _slot(Marking, "kind_code")
_Marking_location_code = _slot(Marking, "location_code")
_Marking_method_code = _slot(Marking, "method_code")
_Marking_legibility_code = _slot(Marking, "legibility_code")
_Marking_text_as_marked = _slot(Marking, "text_as_marked")
_Marking_script_code = _slot(Marking, "script_code")
_Marking_text_pattern = _slot(Marking, "text_pattern")
_Marking_transliterated_text = _slot(Marking, "transliterated_text")
_Marking_symbol_description_text = _slot(Marking, "symbol_description_text")
_Marking_primary_indicator = _slot(Marking, "primary_indicator")
_Marking_image_ref = _slot(Marking, "image_ref")
_Marking_remark_text = _slot(Marking, "remark_text")


def _read_Marking(e: Any) -> Marking:
    v: Marking = _new(Marking)
    it = iter(e)
    n = next(it, _END)
    _Marking_kind_code(v, _MarkingKindCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}LocationCode":
        _Marking_location_code(v, _MarkingLocationCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Marking_location_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}MethodCode":
        _Marking_method_code(v, _MarkingMethodCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Marking_method_code(v, None)
    _Marking_legibility_code(v, _LegibilityCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}TextAsMarked":
        _Marking_text_as_marked(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Marking_text_as_marked(v, None)
    if t == "{urn:iarms:exchange:payload:1}ScriptCode":
        _Marking_script_code(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Marking_script_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}TextPattern":
        _Marking_text_pattern(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Marking_text_pattern(v, None)
    if t == "{urn:iarms:exchange:payload:1}TransliteratedText":
        transliterated_text = []
        while t == "{urn:iarms:exchange:payload:1}TransliteratedText":
            transliterated_text.append(_read_TransliteratedText(n))
            n = next(it, _END)
            t = n.tag
        _Marking_transliterated_text(v, tuple(transliterated_text))
    else:
        _Marking_transliterated_text(v, ())
    if t == "{urn:iarms:exchange:payload:1}SymbolDescriptionText":
        _Marking_symbol_description_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Marking_symbol_description_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}PrimaryIndicator":
        _Marking_primary_indicator(v, n.text == "true")
        n = next(it, _END)
        t = n.tag
    else:
        _Marking_primary_indicator(v, None)
    if t == "{urn:iarms:exchange:payload:1}ImageRef":
        image_ref = []
        while t == "{urn:iarms:exchange:payload:1}ImageRef":
            image_ref.append(n.text)
            n = next(it, _END)
            t = n.tag
        _Marking_image_ref(v, tuple(image_ref))
    else:
        _Marking_image_ref(v, ())
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _Marking_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Marking_remark_text(v, None)
    return v


_Component_component_code = _slot(Component, "component_code")
_Component_marking = _slot(Component, "marking")
_Component_differs_from_frame_indicator = _slot(Component, "differs_from_frame_indicator")


def _read_Component(e: Any) -> Component:
    v: Component = _new(Component)
    it = iter(e)
    n = next(it, _END)
    _Component_component_code(v, _ComponentCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}Marking":
        marking = []
        while t == "{urn:iarms:exchange:payload:1}Marking":
            marking.append(_read_Marking(n))
            n = next(it, _END)
            t = n.tag
        _Component_marking(v, tuple(marking))
    else:
        _Component_marking(v, ())
    if t == "{urn:iarms:exchange:payload:1}DiffersFromFrameIndicator":
        _Component_differs_from_frame_indicator(v, n.text == "true")
        n = next(it, _END)
        t = n.tag
    else:
        _Component_differs_from_frame_indicator(v, None)
    return v


_YearOfManufacture_value = _slot(YearOfManufacture, "value")
_YearOfManufacture_basis = _slot(YearOfManufacture, "basis")


def _read_YearOfManufacture(e: Any) -> YearOfManufacture:
    v: YearOfManufacture = _new(YearOfManufacture)
    _YearOfManufacture_value(v, int(e.text))
    _YearOfManufacture_basis(v, None if e.get("basis") is None else _YearBasisCode_OF[e.get("basis")])
    return v


_Import_country = _slot(Import, "country")
_Import_year = _slot(Import, "year")
_Import_importer_text = _slot(Import, "importer_text")
_Import_last_legal_import_indicator = _slot(Import, "last_legal_import_indicator")


def _read_Import(e: Any) -> Import:
    v: Import = _new(Import)
    it = iter(e)
    n = next(it, _END)
    _Import_country(v, _CountryCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}Year":
        _Import_year(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Import_year(v, None)
    if t == "{urn:iarms:exchange:payload:1}ImporterText":
        _Import_importer_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Import_importer_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}LastLegalImportIndicator":
        _Import_last_legal_import_indicator(v, n.text == "true")
        n = next(it, _END)
        t = n.tag
    else:
        _Import_last_legal_import_indicator(v, None)
    return v


_LegalCategory_value = _slot(LegalCategory, "value")
_LegalCategory_scheme = _slot(LegalCategory, "scheme")


def _read_LegalCategory(e: Any) -> LegalCategory:
    v: LegalCategory = _new(LegalCategory)
    _LegalCategory_value(v, e.text)
    _LegalCategory_scheme(v, _LegalCategorySchemeCode_OF[e.get("scheme")])
    return v


_ReferenceTableId_value = _slot(ReferenceTableId, "value")
_ReferenceTableId_scheme = _slot(ReferenceTableId, "scheme")


def _read_ReferenceTableId(e: Any) -> ReferenceTableId:
    v: ReferenceTableId = _new(ReferenceTableId)
    _ReferenceTableId_value(v, e.text)
    _ReferenceTableId_scheme(v, _ReferenceTableCode_OF[e.get("scheme")])
    return v


_Image_image_digest = _slot(Image, "image_digest")
_Image_media_type = _slot(Image, "media_type")
_Image_view_code = _slot(Image, "view_code")
_Image_captured_timestamp = _slot(Image, "captured_timestamp")


def _read_Image(e: Any) -> Image:
    v: Image = _new(Image)
    it = iter(e)
    n = next(it, _END)
    _Image_image_digest(v, n.text)
    n = next(it, _END)
    _Image_media_type(v, n.text)
    n = next(it, _END)
    _Image_view_code(v, _ImageViewCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}CapturedTimestamp":
        _Image_captured_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Image_captured_timestamp(v, None)
    return v


_FirearmDescription_firearm_type_code = _slot(FirearmDescription, "firearm_type_code")
_FirearmDescription_action_code = _slot(FirearmDescription, "action_code")
_FirearmDescription_manufacture_kind_code = _slot(FirearmDescription, "manufacture_kind_code")
_FirearmDescription_make_marked = _slot(FirearmDescription, "make_marked")
_FirearmDescription_make_identified = _slot(FirearmDescription, "make_identified")
_FirearmDescription_model_marked = _slot(FirearmDescription, "model_marked")
_FirearmDescription_model_identified = _slot(FirearmDescription, "model_identified")
_FirearmDescription_calibre = _slot(FirearmDescription, "calibre")
_FirearmDescription_serial_status_code = _slot(FirearmDescription, "serial_status_code")
_FirearmDescription_marking = _slot(FirearmDescription, "marking")
_FirearmDescription_component = _slot(FirearmDescription, "component")
_FirearmDescription_country_of_manufacture = _slot(FirearmDescription, "country_of_manufacture")
_FirearmDescription_year_of_manufacture = _slot(FirearmDescription, "year_of_manufacture")
_FirearmDescription_import_ = _slot(FirearmDescription, "import_")
_FirearmDescription_barrel_length_measure = _slot(FirearmDescription, "barrel_length_measure")
_FirearmDescription_overall_length_measure = _slot(FirearmDescription, "overall_length_measure")
_FirearmDescription_barrel_quantity = _slot(FirearmDescription, "barrel_quantity")
_FirearmDescription_capacity_quantity = _slot(FirearmDescription, "capacity_quantity")
_FirearmDescription_finish_code = _slot(FirearmDescription, "finish_code")
_FirearmDescription_grip_text = _slot(FirearmDescription, "grip_text")
_FirearmDescription_stock_text = _slot(FirearmDescription, "stock_text")
_FirearmDescription_distinguishing_feature_text = _slot(FirearmDescription, "distinguishing_feature_text")
_FirearmDescription_legal_category = _slot(FirearmDescription, "legal_category")
_FirearmDescription_reference_table_id = _slot(FirearmDescription, "reference_table_id")
_FirearmDescription_identification_confidence_code = _slot(FirearmDescription, "identification_confidence_code")
_FirearmDescription_image = _slot(FirearmDescription, "image")


def _read_FirearmDescription(e: Any) -> FirearmDescription:
    v: FirearmDescription = _new(FirearmDescription)
    it = iter(e)
    n = next(it, _END)
    if n is _END:
        raise EmptyElementError(e)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}FirearmTypeCode":
        _FirearmDescription_firearm_type_code(v, _FirearmTypeCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_firearm_type_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}ActionCode":
        _FirearmDescription_action_code(v, _ActionCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_action_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}ManufactureKindCode":
        _FirearmDescription_manufacture_kind_code(v, _ManufactureKindCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_manufacture_kind_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}MakeMarked":
        _FirearmDescription_make_marked(v, _read_Make(n))
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_make_marked(v, None)
    if t == "{urn:iarms:exchange:payload:1}MakeIdentified":
        _FirearmDescription_make_identified(v, _read_Make(n))
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_make_identified(v, None)
    if t == "{urn:iarms:exchange:payload:1}ModelMarked":
        _FirearmDescription_model_marked(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_model_marked(v, None)
    if t == "{urn:iarms:exchange:payload:1}ModelIdentified":
        _FirearmDescription_model_identified(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_model_identified(v, None)
    if t == "{urn:iarms:exchange:payload:1}Calibre":
        calibre = []
        while t == "{urn:iarms:exchange:payload:1}Calibre":
            calibre.append(_read_Calibre(n))
            n = next(it, _END)
            t = n.tag
        _FirearmDescription_calibre(v, tuple(calibre))
    else:
        _FirearmDescription_calibre(v, ())
    if t == "{urn:iarms:exchange:payload:1}SerialStatusCode":
        _FirearmDescription_serial_status_code(v, _SerialStatusCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_serial_status_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}Marking":
        marking = []
        while t == "{urn:iarms:exchange:payload:1}Marking":
            marking.append(_read_Marking(n))
            n = next(it, _END)
            t = n.tag
        _FirearmDescription_marking(v, tuple(marking))
    else:
        _FirearmDescription_marking(v, ())
    if t == "{urn:iarms:exchange:payload:1}Component":
        component = []
        while t == "{urn:iarms:exchange:payload:1}Component":
            component.append(_read_Component(n))
            n = next(it, _END)
            t = n.tag
        _FirearmDescription_component(v, tuple(component))
    else:
        _FirearmDescription_component(v, ())
    if t == "{urn:iarms:exchange:payload:1}CountryOfManufacture":
        _FirearmDescription_country_of_manufacture(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_country_of_manufacture(v, None)
    if t == "{urn:iarms:exchange:payload:1}YearOfManufacture":
        _FirearmDescription_year_of_manufacture(v, _read_YearOfManufacture(n))
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_year_of_manufacture(v, None)
    if t == "{urn:iarms:exchange:payload:1}Import":
        import_ = []
        while t == "{urn:iarms:exchange:payload:1}Import":
            import_.append(_read_Import(n))
            n = next(it, _END)
            t = n.tag
        _FirearmDescription_import_(v, tuple(import_))
    else:
        _FirearmDescription_import_(v, ())
    if t == "{urn:iarms:exchange:payload:1}BarrelLengthMeasure":
        _FirearmDescription_barrel_length_measure(v, Decimal(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_barrel_length_measure(v, None)
    if t == "{urn:iarms:exchange:payload:1}OverallLengthMeasure":
        _FirearmDescription_overall_length_measure(v, Decimal(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_overall_length_measure(v, None)
    if t == "{urn:iarms:exchange:payload:1}BarrelQuantity":
        _FirearmDescription_barrel_quantity(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_barrel_quantity(v, None)
    if t == "{urn:iarms:exchange:payload:1}CapacityQuantity":
        _FirearmDescription_capacity_quantity(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_capacity_quantity(v, None)
    if t == "{urn:iarms:exchange:payload:1}FinishCode":
        finish_code = []
        while t == "{urn:iarms:exchange:payload:1}FinishCode":
            finish_code.append(_FinishCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _FirearmDescription_finish_code(v, tuple(finish_code))
    else:
        _FirearmDescription_finish_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}GripText":
        _FirearmDescription_grip_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_grip_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}StockText":
        _FirearmDescription_stock_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_stock_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}DistinguishingFeatureText":
        _FirearmDescription_distinguishing_feature_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_distinguishing_feature_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}LegalCategory":
        legal_category = []
        while t == "{urn:iarms:exchange:payload:1}LegalCategory":
            legal_category.append(_read_LegalCategory(n))
            n = next(it, _END)
            t = n.tag
        _FirearmDescription_legal_category(v, tuple(legal_category))
    else:
        _FirearmDescription_legal_category(v, ())
    if t == "{urn:iarms:exchange:payload:1}ReferenceTableId":
        reference_table_id = []
        while t == "{urn:iarms:exchange:payload:1}ReferenceTableId":
            reference_table_id.append(_read_ReferenceTableId(n))
            n = next(it, _END)
            t = n.tag
        _FirearmDescription_reference_table_id(v, tuple(reference_table_id))
    else:
        _FirearmDescription_reference_table_id(v, ())
    if t == "{urn:iarms:exchange:payload:1}IdentificationConfidenceCode":
        _FirearmDescription_identification_confidence_code(v, _IdentificationConfidenceCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmDescription_identification_confidence_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}Image":
        image = []
        while t == "{urn:iarms:exchange:payload:1}Image":
            image.append(_read_Image(n))
            n = next(it, _END)
            t = n.tag
        _FirearmDescription_image(v, tuple(image))
    else:
        _FirearmDescription_image(v, ())
    return v


_ContactPoint_contact_name = _slot(ContactPoint, "contact_name")
_ContactPoint_telephone = _slot(ContactPoint, "telephone")
_ContactPoint_email = _slot(ContactPoint, "email")
_ContactPoint_available_always_indicator = _slot(ContactPoint, "available_always_indicator")


def _read_ContactPoint(e: Any) -> ContactPoint:
    v: ContactPoint = _new(ContactPoint)
    it = iter(e)
    n = next(it, _END)
    _ContactPoint_contact_name(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}Telephone":
        _ContactPoint_telephone(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _ContactPoint_telephone(v, None)
    if t == "{urn:iarms:exchange:payload:1}Email":
        _ContactPoint_email(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _ContactPoint_email(v, None)
    _ContactPoint_available_always_indicator(v, n.text == "true")
    return v


_Candidate_record_id = _slot(Candidate, "record_id")
_Candidate_grade_code = _slot(Candidate, "grade_code")
_Candidate_score_decimal = _slot(Candidate, "score_decimal")
_Candidate_match_reason = _slot(Candidate, "match_reason")
_Candidate_owner_country = _slot(Candidate, "owner_country")
_Candidate_owner_agency_id = _slot(Candidate, "owner_agency_id")
_Candidate_record_type_code = _slot(Candidate, "record_type_code")
_Candidate_status_code = _slot(Candidate, "status_code")
_Candidate_event_date = _slot(Candidate, "event_date")
_Candidate_firearm = _slot(Candidate, "firearm")
_Candidate_caution_code = _slot(Candidate, "caution_code")
_Candidate_action_requested_code = _slot(Candidate, "action_requested_code")
_Candidate_contact_point = _slot(Candidate, "contact_point")


def _read_Candidate(e: Any) -> Candidate:
    v: Candidate = _new(Candidate)
    it = iter(e)
    n = next(it, _END)
    _Candidate_record_id(v, n.text)
    n = next(it, _END)
    _Candidate_grade_code(v, _GradeCode_OF[n.text])
    n = next(it, _END)
    _Candidate_score_decimal(v, Decimal(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}MatchReason":
        match_reason = []
        while t == "{urn:iarms:exchange:payload:1}MatchReason":
            match_reason.append(_read_MatchReason(n))
            n = next(it, _END)
            t = n.tag
        _Candidate_match_reason(v, tuple(match_reason))
    else:
        _Candidate_match_reason(v, ())
    _Candidate_owner_country(v, _CountryCode_OF[n.text])
    n = next(it, _END)
    _Candidate_owner_agency_id(v, n.text)
    n = next(it, _END)
    _Candidate_record_type_code(v, _RecordTypeCode_OF[n.text])
    n = next(it, _END)
    _Candidate_status_code(v, _RecordStatusCode_OF[n.text])
    n = next(it, _END)
    _Candidate_event_date(v, n.text)
    n = next(it, _END)
    _Candidate_firearm(v, _read_FirearmDescription(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}CautionCode":
        caution_code = []
        while t == "{urn:iarms:exchange:payload:1}CautionCode":
            caution_code.append(_CautionCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _Candidate_caution_code(v, tuple(caution_code))
    else:
        _Candidate_caution_code(v, ())
    _Candidate_action_requested_code(v, _ActionRequestedCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _Candidate_contact_point(v, tuple(contact_point))
    else:
        _Candidate_contact_point(v, ())
    return v


_Consignment_consignment_reference = _slot(Consignment, "consignment_reference")
_Consignment_transport_document_reference = _slot(Consignment, "transport_document_reference")
_Consignment_declared_goods_text = _slot(Consignment, "declared_goods_text")
_Consignment_package_quantity = _slot(Consignment, "package_quantity")


def _read_Consignment(e: Any) -> Consignment:
    v: Consignment = _new(Consignment)
    it = iter(e)
    n = next(it, _END)
    _Consignment_consignment_reference(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}TransportDocumentReference":
        transport_document_reference = []
        while t == "{urn:iarms:exchange:payload:1}TransportDocumentReference":
            transport_document_reference.append(n.text)
            n = next(it, _END)
            t = n.tag
        _Consignment_transport_document_reference(v, tuple(transport_document_reference))
    else:
        _Consignment_transport_document_reference(v, ())
    if t == "{urn:iarms:exchange:payload:1}DeclaredGoodsText":
        _Consignment_declared_goods_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Consignment_declared_goods_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}PackageQuantity":
        _Consignment_package_quantity(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Consignment_package_quantity(v, None)
    return v


_DeliveryStatement_stated_timestamp = _slot(DeliveryStatement, "stated_timestamp")
_DeliveryStatement_sent_number = _slot(DeliveryStatement, "sent_number")
_DeliveryStatement_held_number = _slot(DeliveryStatement, "held_number")
_DeliveryStatement_missing_quantity = _slot(DeliveryStatement, "missing_quantity")
_DeliveryStatement_gone_quantity = _slot(DeliveryStatement, "gone_quantity")
_DeliveryStatement_answer_indicator = _slot(DeliveryStatement, "answer_indicator")


def _read_DeliveryStatement(e: Any) -> DeliveryStatement:
    v: DeliveryStatement = _new(DeliveryStatement)
    it = iter(e)
    n = next(it, _END)
    _DeliveryStatement_stated_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _DeliveryStatement_sent_number(v, int(n.text))
    n = next(it, _END)
    _DeliveryStatement_held_number(v, int(n.text))
    n = next(it, _END)
    _DeliveryStatement_missing_quantity(v, int(n.text))
    n = next(it, _END)
    _DeliveryStatement_gone_quantity(v, int(n.text))
    n = next(it, _END)
    _DeliveryStatement_answer_indicator(v, n.text == "true")
    return v


_DirectoryAck_taken_timestamp = _slot(DirectoryAck, "taken_timestamp")
_DirectoryAck_root_version = _slot(DirectoryAck, "root_version")
_DirectoryAck_directory_version = _slot(DirectoryAck, "directory_version")
_DirectoryAck_revocation_quantity = _slot(DirectoryAck, "revocation_quantity")
_DirectoryAck_state_digest = _slot(DirectoryAck, "state_digest")


def _read_DirectoryAck(e: Any) -> DirectoryAck:
    v: DirectoryAck = _new(DirectoryAck)
    it = iter(e)
    n = next(it, _END)
    _DirectoryAck_taken_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _DirectoryAck_root_version(v, int(n.text))
    n = next(it, _END)
    _DirectoryAck_directory_version(v, int(n.text))
    n = next(it, _END)
    _DirectoryAck_revocation_quantity(v, int(n.text))
    n = next(it, _END)
    _DirectoryAck_state_digest(v, n.text)
    return v


_DispositionNotice_context = _slot(DispositionNotice, "context")
_DispositionNotice_hit_id = _slot(DispositionNotice, "hit_id")
_DispositionNotice_disposition_code = _slot(DispositionNotice, "disposition_code")
_DispositionNotice_disposition_date = _slot(DispositionNotice, "disposition_date")
_DispositionNotice_remark_text = _slot(DispositionNotice, "remark_text")


def _read_DispositionNotice(e: Any) -> DispositionNotice:
    v: DispositionNotice = _new(DispositionNotice)
    it = iter(e)
    n = next(it, _END)
    _DispositionNotice_context(v, _read_Context(n))
    n = next(it, _END)
    _DispositionNotice_hit_id(v, n.text)
    n = next(it, _END)
    _DispositionNotice_disposition_code(v, _DispositionCode_OF[n.text])
    n = next(it, _END)
    _DispositionNotice_disposition_date(v, _read_date(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _DispositionNotice_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _DispositionNotice_remark_text(v, None)
    return v


_Finding_finding_code = _slot(Finding, "finding_code")
_Finding_severity_code = _slot(Finding, "severity_code")
_Finding_field_path = _slot(Finding, "field_path")
_Finding_value_text = _slot(Finding, "value_text")
_Finding_expected_text = _slot(Finding, "expected_text")
_Finding_message_text = _slot(Finding, "message_text")
_Finding_remedy_text = _slot(Finding, "remedy_text")


def _read_Finding(e: Any) -> Finding:
    v: Finding = _new(Finding)
    it = iter(e)
    n = next(it, _END)
    _Finding_finding_code(v, n.text)
    n = next(it, _END)
    _Finding_severity_code(v, _SeverityCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}FieldPath":
        _Finding_field_path(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Finding_field_path(v, None)
    if t == "{urn:iarms:exchange:payload:1}ValueText":
        _Finding_value_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Finding_value_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExpectedText":
        _Finding_expected_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Finding_expected_text(v, None)
    _Finding_message_text(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RemedyText":
        _Finding_remedy_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Finding_remedy_text(v, None)
    return v


_Fault_message_id = _slot(Fault, "message_id")
_Fault_fault_code = _slot(Fault, "fault_code")
_Fault_retryable_indicator = _slot(Fault, "retryable_indicator")
_Fault_message_text = _slot(Fault, "message_text")
_Fault_field_path = _slot(Fault, "field_path")
_Fault_expected_text = _slot(Fault, "expected_text")
_Fault_remedy_text = _slot(Fault, "remedy_text")
_Fault_finding = _slot(Fault, "finding")


def _read_Fault(e: Any) -> Fault:
    v: Fault = _new(Fault)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}MessageId":
        _Fault_message_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Fault_message_id(v, None)
    _Fault_fault_code(v, n.text)
    n = next(it, _END)
    _Fault_retryable_indicator(v, n.text == "true")
    n = next(it, _END)
    _Fault_message_text(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}FieldPath":
        _Fault_field_path(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Fault_field_path(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExpectedText":
        _Fault_expected_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Fault_expected_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}RemedyText":
        _Fault_remedy_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Fault_remedy_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}Finding":
        finding = []
        while t == "{urn:iarms:exchange:payload:1}Finding":
            finding.append(_read_Finding(n))
            n = next(it, _END)
            t = n.tag
        _Fault_finding(v, tuple(finding))
    else:
        _Fault_finding(v, ())
    return v


_Firearm_firearm_type_code = _slot(Firearm, "firearm_type_code")
_Firearm_action_code = _slot(Firearm, "action_code")
_Firearm_manufacture_kind_code = _slot(Firearm, "manufacture_kind_code")
_Firearm_make_marked = _slot(Firearm, "make_marked")
_Firearm_make_identified = _slot(Firearm, "make_identified")
_Firearm_model_marked = _slot(Firearm, "model_marked")
_Firearm_model_identified = _slot(Firearm, "model_identified")
_Firearm_calibre = _slot(Firearm, "calibre")
_Firearm_serial_status_code = _slot(Firearm, "serial_status_code")
_Firearm_marking = _slot(Firearm, "marking")
_Firearm_component = _slot(Firearm, "component")
_Firearm_country_of_manufacture = _slot(Firearm, "country_of_manufacture")
_Firearm_year_of_manufacture = _slot(Firearm, "year_of_manufacture")
_Firearm_import_ = _slot(Firearm, "import_")
_Firearm_barrel_length_measure = _slot(Firearm, "barrel_length_measure")
_Firearm_overall_length_measure = _slot(Firearm, "overall_length_measure")
_Firearm_barrel_quantity = _slot(Firearm, "barrel_quantity")
_Firearm_capacity_quantity = _slot(Firearm, "capacity_quantity")
_Firearm_finish_code = _slot(Firearm, "finish_code")
_Firearm_grip_text = _slot(Firearm, "grip_text")
_Firearm_stock_text = _slot(Firearm, "stock_text")
_Firearm_distinguishing_feature_text = _slot(Firearm, "distinguishing_feature_text")
_Firearm_legal_category = _slot(Firearm, "legal_category")
_Firearm_reference_table_id = _slot(Firearm, "reference_table_id")
_Firearm_identification_confidence_code = _slot(Firearm, "identification_confidence_code")
_Firearm_image = _slot(Firearm, "image")


def _read_Firearm(e: Any) -> Firearm:
    v: Firearm = _new(Firearm)
    it = iter(e)
    n = next(it, _END)
    _Firearm_firearm_type_code(v, _FirearmTypeCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ActionCode":
        _Firearm_action_code(v, _ActionCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_action_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}ManufactureKindCode":
        _Firearm_manufacture_kind_code(v, _ManufactureKindCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_manufacture_kind_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}MakeMarked":
        _Firearm_make_marked(v, _read_Make(n))
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_make_marked(v, None)
    _Firearm_make_identified(v, _read_Make(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ModelMarked":
        _Firearm_model_marked(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_model_marked(v, None)
    if t == "{urn:iarms:exchange:payload:1}ModelIdentified":
        _Firearm_model_identified(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_model_identified(v, None)
    if t == "{urn:iarms:exchange:payload:1}Calibre":
        calibre = []
        while t == "{urn:iarms:exchange:payload:1}Calibre":
            calibre.append(_read_Calibre(n))
            n = next(it, _END)
            t = n.tag
        _Firearm_calibre(v, tuple(calibre))
    else:
        _Firearm_calibre(v, ())
    _Firearm_serial_status_code(v, _SerialStatusCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}Marking":
        marking = []
        while t == "{urn:iarms:exchange:payload:1}Marking":
            marking.append(_read_Marking(n))
            n = next(it, _END)
            t = n.tag
        _Firearm_marking(v, tuple(marking))
    else:
        _Firearm_marking(v, ())
    if t == "{urn:iarms:exchange:payload:1}Component":
        component = []
        while t == "{urn:iarms:exchange:payload:1}Component":
            component.append(_read_Component(n))
            n = next(it, _END)
            t = n.tag
        _Firearm_component(v, tuple(component))
    else:
        _Firearm_component(v, ())
    if t == "{urn:iarms:exchange:payload:1}CountryOfManufacture":
        _Firearm_country_of_manufacture(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_country_of_manufacture(v, None)
    if t == "{urn:iarms:exchange:payload:1}YearOfManufacture":
        _Firearm_year_of_manufacture(v, _read_YearOfManufacture(n))
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_year_of_manufacture(v, None)
    if t == "{urn:iarms:exchange:payload:1}Import":
        import_ = []
        while t == "{urn:iarms:exchange:payload:1}Import":
            import_.append(_read_Import(n))
            n = next(it, _END)
            t = n.tag
        _Firearm_import_(v, tuple(import_))
    else:
        _Firearm_import_(v, ())
    if t == "{urn:iarms:exchange:payload:1}BarrelLengthMeasure":
        _Firearm_barrel_length_measure(v, Decimal(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_barrel_length_measure(v, None)
    if t == "{urn:iarms:exchange:payload:1}OverallLengthMeasure":
        _Firearm_overall_length_measure(v, Decimal(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_overall_length_measure(v, None)
    if t == "{urn:iarms:exchange:payload:1}BarrelQuantity":
        _Firearm_barrel_quantity(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_barrel_quantity(v, None)
    if t == "{urn:iarms:exchange:payload:1}CapacityQuantity":
        _Firearm_capacity_quantity(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_capacity_quantity(v, None)
    if t == "{urn:iarms:exchange:payload:1}FinishCode":
        finish_code = []
        while t == "{urn:iarms:exchange:payload:1}FinishCode":
            finish_code.append(_FinishCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _Firearm_finish_code(v, tuple(finish_code))
    else:
        _Firearm_finish_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}GripText":
        _Firearm_grip_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_grip_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}StockText":
        _Firearm_stock_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_stock_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}DistinguishingFeatureText":
        _Firearm_distinguishing_feature_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_distinguishing_feature_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}LegalCategory":
        legal_category = []
        while t == "{urn:iarms:exchange:payload:1}LegalCategory":
            legal_category.append(_read_LegalCategory(n))
            n = next(it, _END)
            t = n.tag
        _Firearm_legal_category(v, tuple(legal_category))
    else:
        _Firearm_legal_category(v, ())
    if t == "{urn:iarms:exchange:payload:1}ReferenceTableId":
        reference_table_id = []
        while t == "{urn:iarms:exchange:payload:1}ReferenceTableId":
            reference_table_id.append(_read_ReferenceTableId(n))
            n = next(it, _END)
            t = n.tag
        _Firearm_reference_table_id(v, tuple(reference_table_id))
    else:
        _Firearm_reference_table_id(v, ())
    if t == "{urn:iarms:exchange:payload:1}IdentificationConfidenceCode":
        _Firearm_identification_confidence_code(v, _IdentificationConfidenceCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Firearm_identification_confidence_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}Image":
        image = []
        while t == "{urn:iarms:exchange:payload:1}Image":
            image.append(_read_Image(n))
            n = next(it, _END)
            t = n.tag
        _Firearm_image(v, tuple(image))
    else:
        _Firearm_image(v, ())
    return v


_Location_country = _slot(Location, "country")
_Location_subdivision_code = _slot(Location, "subdivision_code")
_Location_locode_code = _slot(Location, "locode_code")
_Location_locality_text = _slot(Location, "locality_text")
_Location_latitude = _slot(Location, "latitude")
_Location_longitude = _slot(Location, "longitude")


def _read_Location(e: Any) -> Location:
    v: Location = _new(Location)
    it = iter(e)
    n = next(it, _END)
    _Location_country(v, _CountryCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}SubdivisionCode":
        _Location_subdivision_code(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Location_subdivision_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}LocodeCode":
        _Location_locode_code(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Location_locode_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}LocalityText":
        _Location_locality_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Location_locality_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}Latitude":
        _Location_latitude(v, Decimal(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Location_latitude(v, None)
    if t == "{urn:iarms:exchange:payload:1}Longitude":
        _Location_longitude(v, Decimal(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Location_longitude(v, None)
    return v


_FirearmRecord_record_id = _slot(FirearmRecord, "record_id")
_FirearmRecord_national_record_id = _slot(FirearmRecord, "national_record_id")
_FirearmRecord_owner_agency_id = _slot(FirearmRecord, "owner_agency_id")
_FirearmRecord_version = _slot(FirearmRecord, "version")
_FirearmRecord_record_type_code = _slot(FirearmRecord, "record_type_code")
_FirearmRecord_illicit_basis_code = _slot(FirearmRecord, "illicit_basis_code")
_FirearmRecord_status_code = _slot(FirearmRecord, "status_code")
_FirearmRecord_firearm = _slot(FirearmRecord, "firearm")
_FirearmRecord_event_date = _slot(FirearmRecord, "event_date")
_FirearmRecord_event_location = _slot(FirearmRecord, "event_location")
_FirearmRecord_offence_code = _slot(FirearmRecord, "offence_code")
_FirearmRecord_circumstance_text = _slot(FirearmRecord, "circumstance_text")
_FirearmRecord_owner_category_code = _slot(FirearmRecord, "owner_category_code")
_FirearmRecord_batch_theft_reference = _slot(FirearmRecord, "batch_theft_reference")
_FirearmRecord_caution_code = _slot(FirearmRecord, "caution_code")
_FirearmRecord_action_requested_code = _slot(FirearmRecord, "action_requested_code")
_FirearmRecord_contact_point = _slot(FirearmRecord, "contact_point")
_FirearmRecord_entered_timestamp = _slot(FirearmRecord, "entered_timestamp")
_FirearmRecord_review_date = _slot(FirearmRecord, "review_date")
_FirearmRecord_handling_code = _slot(FirearmRecord, "handling_code")
_FirearmRecord_access_restriction = _slot(FirearmRecord, "access_restriction")
_FirearmRecord_closure_reason_code = _slot(FirearmRecord, "closure_reason_code")
_FirearmRecord_related_record_id = _slot(FirearmRecord, "related_record_id")


def _read_FirearmRecord(e: Any) -> FirearmRecord:
    v: FirearmRecord = _new(FirearmRecord)
    it = iter(e)
    n = next(it, _END)
    _FirearmRecord_record_id(v, n.text)
    n = next(it, _END)
    _FirearmRecord_national_record_id(v, n.text)
    n = next(it, _END)
    _FirearmRecord_owner_agency_id(v, n.text)
    n = next(it, _END)
    _FirearmRecord_version(v, int(n.text))
    n = next(it, _END)
    _FirearmRecord_record_type_code(v, _RecordTypeCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}IllicitBasisCode":
        illicit_basis_code = []
        while t == "{urn:iarms:exchange:payload:1}IllicitBasisCode":
            illicit_basis_code.append(_IllicitBasisCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _FirearmRecord_illicit_basis_code(v, tuple(illicit_basis_code))
    else:
        _FirearmRecord_illicit_basis_code(v, ())
    _FirearmRecord_status_code(v, _RecordStatusCode_OF[n.text])
    n = next(it, _END)
    _FirearmRecord_firearm(v, _read_Firearm(n))
    n = next(it, _END)
    _FirearmRecord_event_date(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}EventLocation":
        _FirearmRecord_event_location(v, _read_Location(n))
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmRecord_event_location(v, None)
    if t == "{urn:iarms:exchange:payload:1}OffenceCode":
        offence_code = []
        while t == "{urn:iarms:exchange:payload:1}OffenceCode":
            offence_code.append(n.text)
            n = next(it, _END)
            t = n.tag
        _FirearmRecord_offence_code(v, tuple(offence_code))
    else:
        _FirearmRecord_offence_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}CircumstanceText":
        _FirearmRecord_circumstance_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmRecord_circumstance_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}OwnerCategoryCode":
        _FirearmRecord_owner_category_code(v, _OwnerCategoryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmRecord_owner_category_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}BatchTheftReference":
        _FirearmRecord_batch_theft_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmRecord_batch_theft_reference(v, None)
    if t == "{urn:iarms:exchange:payload:1}CautionCode":
        caution_code = []
        while t == "{urn:iarms:exchange:payload:1}CautionCode":
            caution_code.append(_CautionCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _FirearmRecord_caution_code(v, tuple(caution_code))
    else:
        _FirearmRecord_caution_code(v, ())
    _FirearmRecord_action_requested_code(v, _ActionRequestedCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _FirearmRecord_contact_point(v, tuple(contact_point))
    else:
        _FirearmRecord_contact_point(v, ())
    _FirearmRecord_entered_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _FirearmRecord_review_date(v, _read_date(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}HandlingCode":
        handling_code = []
        while t == "{urn:iarms:exchange:payload:1}HandlingCode":
            handling_code.append(_HandlingCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _FirearmRecord_handling_code(v, tuple(handling_code))
    else:
        _FirearmRecord_handling_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}AccessRestriction":
        access_restriction = []
        while t == "{urn:iarms:exchange:payload:1}AccessRestriction":
            access_restriction.append(_read_AccessRestriction(n))
            n = next(it, _END)
            t = n.tag
        _FirearmRecord_access_restriction(v, tuple(access_restriction))
    else:
        _FirearmRecord_access_restriction(v, ())
    if t == "{urn:iarms:exchange:payload:1}ClosureReasonCode":
        _FirearmRecord_closure_reason_code(v, _ClosureReasonCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _FirearmRecord_closure_reason_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}RelatedRecordId":
        related_record_id = []
        while t == "{urn:iarms:exchange:payload:1}RelatedRecordId":
            related_record_id.append(n.text)
            n = next(it, _END)
            t = n.tag
        _FirearmRecord_related_record_id(v, tuple(related_record_id))
    else:
        _FirearmRecord_related_record_id(v, ())
    return v


_RecordResult_record_id = _slot(RecordResult, "record_id")
_RecordResult_national_record_id = _slot(RecordResult, "national_record_id")
_RecordResult_result_code = _slot(RecordResult, "result_code")
_RecordResult_version = _slot(RecordResult, "version")
_RecordResult_finding = _slot(RecordResult, "finding")


def _read_RecordResult(e: Any) -> RecordResult:
    v: RecordResult = _new(RecordResult)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RecordId":
        _RecordResult_record_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _RecordResult_record_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}NationalRecordId":
        _RecordResult_national_record_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _RecordResult_national_record_id(v, None)
    _RecordResult_result_code(v, _RecordResultCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}Version":
        _RecordResult_version(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _RecordResult_version(v, None)
    if t == "{urn:iarms:exchange:payload:1}Finding":
        finding = []
        while t == "{urn:iarms:exchange:payload:1}Finding":
            finding.append(_read_Finding(n))
            n = next(it, _END)
            t = n.tag
        _RecordResult_finding(v, tuple(finding))
    else:
        _RecordResult_finding(v, ())
    return v


_FirearmRecordResult_context = _slot(FirearmRecordResult, "context")
_FirearmRecordResult_record_result = _slot(FirearmRecordResult, "record_result")


def _read_FirearmRecordResult(e: Any) -> FirearmRecordResult:
    v: FirearmRecordResult = _new(FirearmRecordResult)
    it = iter(e)
    n = next(it, _END)
    _FirearmRecordResult_context(v, _read_Context(n))
    n = next(it, _END)
    _FirearmRecordResult_record_result(v, _read_RecordResult(n))
    return v


_StatusChange_record_id = _slot(StatusChange, "record_id")
_StatusChange_base_version = _slot(StatusChange, "base_version")
_StatusChange_status_code = _slot(StatusChange, "status_code")
_StatusChange_closure_reason_code = _slot(StatusChange, "closure_reason_code")
_StatusChange_recovery_date = _slot(StatusChange, "recovery_date")
_StatusChange_remark_text = _slot(StatusChange, "remark_text")


def _read_StatusChange(e: Any) -> StatusChange:
    v: StatusChange = _new(StatusChange)
    it = iter(e)
    n = next(it, _END)
    _StatusChange_record_id(v, n.text)
    n = next(it, _END)
    _StatusChange_base_version(v, int(n.text))
    n = next(it, _END)
    _StatusChange_status_code(v, _RecordStatusCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ClosureReasonCode":
        _StatusChange_closure_reason_code(v, _ClosureReasonCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _StatusChange_closure_reason_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}RecoveryDate":
        _StatusChange_recovery_date(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _StatusChange_recovery_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _StatusChange_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _StatusChange_remark_text(v, None)
    return v


_FirearmRecordStatusChange_context = _slot(FirearmRecordStatusChange, "context")
_FirearmRecordStatusChange_status_change = _slot(FirearmRecordStatusChange, "status_change")


def _read_FirearmRecordStatusChange(e: Any) -> FirearmRecordStatusChange:
    v: FirearmRecordStatusChange = _new(FirearmRecordStatusChange)
    it = iter(e)
    n = next(it, _END)
    _FirearmRecordStatusChange_context(v, _read_Context(n))
    n = next(it, _END)
    _FirearmRecordStatusChange_status_change(v, _read_StatusChange(n))
    return v


_FirearmRecordSubmit_context = _slot(FirearmRecordSubmit, "context")
_FirearmRecordSubmit_firearm_record = _slot(FirearmRecordSubmit, "firearm_record")


def _read_FirearmRecordSubmit(e: Any) -> FirearmRecordSubmit:
    v: FirearmRecordSubmit = _new(FirearmRecordSubmit)
    it = iter(e)
    n = next(it, _END)
    _FirearmRecordSubmit_context(v, _read_Context(n))
    n = next(it, _END)
    _FirearmRecordSubmit_firearm_record(v, _read_FirearmRecord(n))
    return v


_RecordUpdate_base_version = _slot(RecordUpdate, "base_version")
_RecordUpdate_firearm_record = _slot(RecordUpdate, "firearm_record")


def _read_RecordUpdate(e: Any) -> RecordUpdate:
    v: RecordUpdate = _new(RecordUpdate)
    it = iter(e)
    n = next(it, _END)
    _RecordUpdate_base_version(v, int(n.text))
    n = next(it, _END)
    _RecordUpdate_firearm_record(v, _read_FirearmRecord(n))
    return v


_FirearmRecordUpdate_context = _slot(FirearmRecordUpdate, "context")
_FirearmRecordUpdate_record_update = _slot(FirearmRecordUpdate, "record_update")


def _read_FirearmRecordUpdate(e: Any) -> FirearmRecordUpdate:
    v: FirearmRecordUpdate = _new(FirearmRecordUpdate)
    it = iter(e)
    n = next(it, _END)
    _FirearmRecordUpdate_context(v, _read_Context(n))
    n = next(it, _END)
    _FirearmRecordUpdate_record_update(v, _read_RecordUpdate(n))
    return v


_Hit_hit_id = _slot(Hit, "hit_id")
_Hit_hit_role_code = _slot(Hit, "hit_role_code")
_Hit_hit_origin_code = _slot(Hit, "hit_origin_code")
_Hit_grade_code = _slot(Hit, "grade_code")
_Hit_score_decimal = _slot(Hit, "score_decimal")
_Hit_match_reason = _slot(Hit, "match_reason")
_Hit_record_id = _slot(Hit, "record_id")
_Hit_national_record_id = _slot(Hit, "national_record_id")
_Hit_record_version = _slot(Hit, "record_version")
_Hit_owner_agency_id = _slot(Hit, "owner_agency_id")
_Hit_finder_agency_id = _slot(Hit, "finder_agency_id")
_Hit_search_id = _slot(Hit, "search_id")
_Hit_seizure_id = _slot(Hit, "seizure_id")
_Hit_item_id = _slot(Hit, "item_id")
_Hit_raised_timestamp = _slot(Hit, "raised_timestamp")
_Hit_recorded_firearm = _slot(Hit, "recorded_firearm")
_Hit_found_firearm = _slot(Hit, "found_firearm")
_Hit_record_type_code = _slot(Hit, "record_type_code")
_Hit_event_date = _slot(Hit, "event_date")
_Hit_found_location = _slot(Hit, "found_location")
_Hit_found_timestamp = _slot(Hit, "found_timestamp")
_Hit_exhibit_reference = _slot(Hit, "exhibit_reference")
_Hit_caution_code = _slot(Hit, "caution_code")
_Hit_action_requested_code = _slot(Hit, "action_requested_code")
_Hit_contact_point = _slot(Hit, "contact_point")
_Hit_delayed_indicator = _slot(Hit, "delayed_indicator")


def _read_Hit(e: Any) -> Hit:
    v: Hit = _new(Hit)
    it = iter(e)
    n = next(it, _END)
    _Hit_hit_id(v, n.text)
    n = next(it, _END)
    _Hit_hit_role_code(v, _HitRoleCode_OF[n.text])
    n = next(it, _END)
    _Hit_hit_origin_code(v, _HitOriginCode_OF[n.text])
    n = next(it, _END)
    _Hit_grade_code(v, _GradeCode_OF[n.text])
    n = next(it, _END)
    _Hit_score_decimal(v, Decimal(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}MatchReason":
        match_reason = []
        while t == "{urn:iarms:exchange:payload:1}MatchReason":
            match_reason.append(_read_MatchReason(n))
            n = next(it, _END)
            t = n.tag
        _Hit_match_reason(v, tuple(match_reason))
    else:
        _Hit_match_reason(v, ())
    _Hit_record_id(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}NationalRecordId":
        _Hit_national_record_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Hit_national_record_id(v, None)
    _Hit_record_version(v, int(n.text))
    n = next(it, _END)
    _Hit_owner_agency_id(v, n.text)
    n = next(it, _END)
    _Hit_finder_agency_id(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}SearchId":
        _Hit_search_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Hit_search_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}SeizureId":
        _Hit_seizure_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Hit_seizure_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}ItemId":
        _Hit_item_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Hit_item_id(v, None)
    _Hit_raised_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _Hit_recorded_firearm(v, _read_FirearmDescription(n))
    n = next(it, _END)
    _Hit_found_firearm(v, _read_FirearmDescription(n))
    n = next(it, _END)
    _Hit_record_type_code(v, _RecordTypeCode_OF[n.text])
    n = next(it, _END)
    _Hit_event_date(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}FoundLocation":
        _Hit_found_location(v, _read_Location(n))
        n = next(it, _END)
        t = n.tag
    else:
        _Hit_found_location(v, None)
    if t == "{urn:iarms:exchange:payload:1}FoundTimestamp":
        _Hit_found_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Hit_found_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExhibitReference":
        _Hit_exhibit_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Hit_exhibit_reference(v, None)
    if t == "{urn:iarms:exchange:payload:1}CautionCode":
        caution_code = []
        while t == "{urn:iarms:exchange:payload:1}CautionCode":
            caution_code.append(_CautionCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _Hit_caution_code(v, tuple(caution_code))
    else:
        _Hit_caution_code(v, ())
    _Hit_action_requested_code(v, _ActionRequestedCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _Hit_contact_point(v, tuple(contact_point))
    else:
        _Hit_contact_point(v, ())
    if t == "{urn:iarms:exchange:payload:1}DelayedIndicator":
        _Hit_delayed_indicator(v, n.text == "true")
        n = next(it, _END)
        t = n.tag
    else:
        _Hit_delayed_indicator(v, None)
    return v


_HitClose_context = _slot(HitClose, "context")
_HitClose_hit_id = _slot(HitClose, "hit_id")
_HitClose_remark_text = _slot(HitClose, "remark_text")


def _read_HitClose(e: Any) -> HitClose:
    v: HitClose = _new(HitClose)
    it = iter(e)
    n = next(it, _END)
    _HitClose_context(v, _read_Context(n))
    n = next(it, _END)
    _HitClose_hit_id(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _HitClose_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitClose_remark_text(v, None)
    return v


_HitConfirmRequest_context = _slot(HitConfirmRequest, "context")
_HitConfirmRequest_hit_id = _slot(HitConfirmRequest, "hit_id")
_HitConfirmRequest_confirmation_urgency_code = _slot(HitConfirmRequest, "confirmation_urgency_code")
_HitConfirmRequest_remark_text = _slot(HitConfirmRequest, "remark_text")
_HitConfirmRequest_contact_point = _slot(HitConfirmRequest, "contact_point")


def _read_HitConfirmRequest(e: Any) -> HitConfirmRequest:
    v: HitConfirmRequest = _new(HitConfirmRequest)
    it = iter(e)
    n = next(it, _END)
    _HitConfirmRequest_context(v, _read_Context(n))
    n = next(it, _END)
    _HitConfirmRequest_hit_id(v, n.text)
    n = next(it, _END)
    _HitConfirmRequest_confirmation_urgency_code(v, _ConfirmationUrgencyCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _HitConfirmRequest_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitConfirmRequest_remark_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _HitConfirmRequest_contact_point(v, tuple(contact_point))
    else:
        _HitConfirmRequest_contact_point(v, ())
    return v


_HitConfirmResponse_context = _slot(HitConfirmResponse, "context")
_HitConfirmResponse_hit_id = _slot(HitConfirmResponse, "hit_id")
_HitConfirmResponse_hit_answer_code = _slot(HitConfirmResponse, "hit_answer_code")
_HitConfirmResponse_promised_timestamp = _slot(HitConfirmResponse, "promised_timestamp")
_HitConfirmResponse_remark_text = _slot(HitConfirmResponse, "remark_text")
_HitConfirmResponse_contact_point = _slot(HitConfirmResponse, "contact_point")


def _read_HitConfirmResponse(e: Any) -> HitConfirmResponse:
    v: HitConfirmResponse = _new(HitConfirmResponse)
    it = iter(e)
    n = next(it, _END)
    _HitConfirmResponse_context(v, _read_Context(n))
    n = next(it, _END)
    _HitConfirmResponse_hit_id(v, n.text)
    n = next(it, _END)
    _HitConfirmResponse_hit_answer_code(v, _HitAnswerCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}PromisedTimestamp":
        _HitConfirmResponse_promised_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _HitConfirmResponse_promised_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _HitConfirmResponse_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitConfirmResponse_remark_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _HitConfirmResponse_contact_point(v, tuple(contact_point))
    else:
        _HitConfirmResponse_contact_point(v, ())
    return v


_HitNotice_context = _slot(HitNotice, "context")
_HitNotice_hit = _slot(HitNotice, "hit")


def _read_HitNotice(e: Any) -> HitNotice:
    v: HitNotice = _new(HitNotice)
    it = iter(e)
    n = next(it, _END)
    _HitNotice_context(v, _read_Context(n))
    n = next(it, _END)
    _HitNotice_hit(v, _read_Hit(n))
    return v


_HitReceipt_context = _slot(HitReceipt, "context")
_HitReceipt_hit_id = _slot(HitReceipt, "hit_id")
_HitReceipt_hit_role_code = _slot(HitReceipt, "hit_role_code")
_HitReceipt_received_timestamp = _slot(HitReceipt, "received_timestamp")


def _read_HitReceipt(e: Any) -> HitReceipt:
    v: HitReceipt = _new(HitReceipt)
    it = iter(e)
    n = next(it, _END)
    _HitReceipt_context(v, _read_Context(n))
    n = next(it, _END)
    _HitReceipt_hit_id(v, n.text)
    n = next(it, _END)
    _HitReceipt_hit_role_code(v, _HitRoleCode_OF[n.text])
    n = next(it, _END)
    _HitReceipt_received_timestamp(v, _read_timestamp(n.text))
    return v


_HitRevoke_context = _slot(HitRevoke, "context")
_HitRevoke_hit_id = _slot(HitRevoke, "hit_id")
_HitRevoke_false_hit_reason_code = _slot(HitRevoke, "false_hit_reason_code")
_HitRevoke_remark_text = _slot(HitRevoke, "remark_text")


def _read_HitRevoke(e: Any) -> HitRevoke:
    v: HitRevoke = _new(HitRevoke)
    it = iter(e)
    n = next(it, _END)
    _HitRevoke_context(v, _read_Context(n))
    n = next(it, _END)
    _HitRevoke_hit_id(v, n.text)
    n = next(it, _END)
    _HitRevoke_false_hit_reason_code(v, _FalseHitReasonCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _HitRevoke_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitRevoke_remark_text(v, None)
    return v


_HitSeizure_context = _slot(HitSeizure, "context")
_HitSeizure_hit_id = _slot(HitSeizure, "hit_id")
_HitSeizure_seizure_timestamp = _slot(HitSeizure, "seizure_timestamp")
_HitSeizure_location = _slot(HitSeizure, "location")
_HitSeizure_legal_justification_text = _slot(HitSeizure, "legal_justification_text")
_HitSeizure_exhibit_reference = _slot(HitSeizure, "exhibit_reference")
_HitSeizure_custody_agency_id = _slot(HitSeizure, "custody_agency_id")
_HitSeizure_remark_text = _slot(HitSeizure, "remark_text")
_HitSeizure_contact_point = _slot(HitSeizure, "contact_point")


def _read_HitSeizure(e: Any) -> HitSeizure:
    v: HitSeizure = _new(HitSeizure)
    it = iter(e)
    n = next(it, _END)
    _HitSeizure_context(v, _read_Context(n))
    n = next(it, _END)
    _HitSeizure_hit_id(v, n.text)
    n = next(it, _END)
    _HitSeizure_seizure_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _HitSeizure_location(v, _read_Location(n))
    n = next(it, _END)
    _HitSeizure_legal_justification_text(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ExhibitReference":
        _HitSeizure_exhibit_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitSeizure_exhibit_reference(v, None)
    if t == "{urn:iarms:exchange:payload:1}CustodyAgencyId":
        _HitSeizure_custody_agency_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitSeizure_custody_agency_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _HitSeizure_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitSeizure_remark_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _HitSeizure_contact_point(v, tuple(contact_point))
    else:
        _HitSeizure_contact_point(v, ())
    return v


_HitStatus_hit_id = _slot(HitStatus, "hit_id")
_HitStatus_hit_role_code = _slot(HitStatus, "hit_role_code")
_HitStatus_hit_state_code = _slot(HitStatus, "hit_state_code")
_HitStatus_hit_step_code = _slot(HitStatus, "hit_step_code")
_HitStatus_actor_agency_id = _slot(HitStatus, "actor_agency_id")
_HitStatus_step_timestamp = _slot(HitStatus, "step_timestamp")
_HitStatus_record_id = _slot(HitStatus, "record_id")
_HitStatus_national_record_id = _slot(HitStatus, "national_record_id")
_HitStatus_owner_agency_id = _slot(HitStatus, "owner_agency_id")
_HitStatus_finder_agency_id = _slot(HitStatus, "finder_agency_id")
_HitStatus_grade_code = _slot(HitStatus, "grade_code")
_HitStatus_addressee_code = _slot(HitStatus, "addressee_code")
_HitStatus_expected_step_code = _slot(HitStatus, "expected_step_code")
_HitStatus_request_number = _slot(HitStatus, "request_number")
_HitStatus_confirmation_urgency_code = _slot(HitStatus, "confirmation_urgency_code")
_HitStatus_answer_due_timestamp = _slot(HitStatus, "answer_due_timestamp")
_HitStatus_promised_timestamp = _slot(HitStatus, "promised_timestamp")
_HitStatus_hit_answer_code = _slot(HitStatus, "hit_answer_code")
_HitStatus_false_hit_reason_code = _slot(HitStatus, "false_hit_reason_code")
_HitStatus_hit_revoke_reason_code = _slot(HitStatus, "hit_revoke_reason_code")
_HitStatus_seizure_timestamp = _slot(HitStatus, "seizure_timestamp")
_HitStatus_seizure_location = _slot(HitStatus, "seizure_location")
_HitStatus_exhibit_reference = _slot(HitStatus, "exhibit_reference")
_HitStatus_custody_agency_id = _slot(HitStatus, "custody_agency_id")
_HitStatus_disposition_code = _slot(HitStatus, "disposition_code")
_HitStatus_disposition_date = _slot(HitStatus, "disposition_date")
_HitStatus_remark_text = _slot(HitStatus, "remark_text")
_HitStatus_contact_point = _slot(HitStatus, "contact_point")
_HitStatus_office_state_code = _slot(HitStatus, "office_state_code")
_HitStatus_office_opens_timestamp = _slot(HitStatus, "office_opens_timestamp")
_HitStatus_duty_officer = _slot(HitStatus, "duty_officer")


def _read_HitStatus(e: Any) -> HitStatus:
    v: HitStatus = _new(HitStatus)
    it = iter(e)
    n = next(it, _END)
    _HitStatus_hit_id(v, n.text)
    n = next(it, _END)
    _HitStatus_hit_role_code(v, _HitRoleCode_OF[n.text])
    n = next(it, _END)
    _HitStatus_hit_state_code(v, _HitStateCode_OF[n.text])
    n = next(it, _END)
    _HitStatus_hit_step_code(v, _HitStepCode_OF[n.text])
    n = next(it, _END)
    _HitStatus_actor_agency_id(v, n.text)
    n = next(it, _END)
    _HitStatus_step_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _HitStatus_record_id(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}NationalRecordId":
        _HitStatus_national_record_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_national_record_id(v, None)
    _HitStatus_owner_agency_id(v, n.text)
    n = next(it, _END)
    _HitStatus_finder_agency_id(v, n.text)
    n = next(it, _END)
    _HitStatus_grade_code(v, _GradeCode_OF[n.text])
    n = next(it, _END)
    _HitStatus_addressee_code(v, _AddresseeCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ExpectedStepCode":
        expected_step_code = []
        while t == "{urn:iarms:exchange:payload:1}ExpectedStepCode":
            expected_step_code.append(_HitStepCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _HitStatus_expected_step_code(v, tuple(expected_step_code))
    else:
        _HitStatus_expected_step_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}RequestNumber":
        _HitStatus_request_number(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_request_number(v, None)
    if t == "{urn:iarms:exchange:payload:1}ConfirmationUrgencyCode":
        _HitStatus_confirmation_urgency_code(v, _ConfirmationUrgencyCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_confirmation_urgency_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}AnswerDueTimestamp":
        _HitStatus_answer_due_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_answer_due_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}PromisedTimestamp":
        _HitStatus_promised_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_promised_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}HitAnswerCode":
        _HitStatus_hit_answer_code(v, _HitAnswerCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_hit_answer_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}FalseHitReasonCode":
        _HitStatus_false_hit_reason_code(v, _FalseHitReasonCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_false_hit_reason_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}HitRevokeReasonCode":
        _HitStatus_hit_revoke_reason_code(v, _HitRevokeReasonCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_hit_revoke_reason_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}SeizureTimestamp":
        _HitStatus_seizure_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_seizure_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}SeizureLocation":
        _HitStatus_seizure_location(v, _read_Location(n))
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_seizure_location(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExhibitReference":
        _HitStatus_exhibit_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_exhibit_reference(v, None)
    if t == "{urn:iarms:exchange:payload:1}CustodyAgencyId":
        _HitStatus_custody_agency_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_custody_agency_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}DispositionCode":
        _HitStatus_disposition_code(v, _DispositionCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_disposition_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}DispositionDate":
        _HitStatus_disposition_date(v, _read_date(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_disposition_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _HitStatus_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_remark_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _HitStatus_contact_point(v, tuple(contact_point))
    else:
        _HitStatus_contact_point(v, ())
    if t == "{urn:iarms:exchange:payload:1}OfficeStateCode":
        _HitStatus_office_state_code(v, _OfficeStateCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_office_state_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}OfficeOpensTimestamp":
        _HitStatus_office_opens_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_office_opens_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}DutyOfficer":
        _HitStatus_duty_officer(v, _read_ContactPoint(n))
        n = next(it, _END)
        t = n.tag
    else:
        _HitStatus_duty_officer(v, None)
    return v


_HitStatusNotice_context = _slot(HitStatusNotice, "context")
_HitStatusNotice_hit_status = _slot(HitStatusNotice, "hit_status")


def _read_HitStatusNotice(e: Any) -> HitStatusNotice:
    v: HitStatusNotice = _new(HitStatusNotice)
    it = iter(e)
    n = next(it, _END)
    _HitStatusNotice_context(v, _read_Context(n))
    n = next(it, _END)
    _HitStatusNotice_hit_status(v, _read_HitStatus(n))
    return v


_ItemStatus_requested_information_code = _slot(ItemStatus, "requested_information_code")
_ItemStatus_item_status_code = _slot(ItemStatus, "item_status_code")
_ItemStatus_restriction_reason_code = _slot(ItemStatus, "restriction_reason_code")
_ItemStatus_explanation_text = _slot(ItemStatus, "explanation_text")


def _read_ItemStatus(e: Any) -> ItemStatus:
    v: ItemStatus = _new(ItemStatus)
    it = iter(e)
    n = next(it, _END)
    _ItemStatus_requested_information_code(v, _RequestedInformationCode_OF[n.text])
    n = next(it, _END)
    _ItemStatus_item_status_code(v, _ItemStatusCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RestrictionReasonCode":
        restriction_reason_code = []
        while t == "{urn:iarms:exchange:payload:1}RestrictionReasonCode":
            restriction_reason_code.append(_RestrictionReasonCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _ItemStatus_restriction_reason_code(v, tuple(restriction_reason_code))
    else:
        _ItemStatus_restriction_reason_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}ExplanationText":
        _ItemStatus_explanation_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _ItemStatus_explanation_text(v, None)
    return v


_KeptMessage_number = _slot(KeptMessage, "number")
_KeptMessage_envelope_part = _slot(KeptMessage, "envelope_part")


def _read_KeptMessage(e: Any) -> KeptMessage:
    v: KeptMessage = _new(KeptMessage)
    it = iter(e)
    n = next(it, _END)
    _KeptMessage_number(v, int(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}EnvelopePart":
        envelope_part = []
        while t == "{urn:iarms:exchange:payload:1}EnvelopePart":
            envelope_part.append(n.text)
            n = next(it, _END)
            t = n.tag
        _KeptMessage_envelope_part(v, tuple(envelope_part))
    else:
        _KeptMessage_envelope_part(v, ())
    return v


_NumberRange_first_number = _slot(NumberRange, "first_number")
_NumberRange_last_number = _slot(NumberRange, "last_number")


def _read_NumberRange(e: Any) -> NumberRange:
    v: NumberRange = _new(NumberRange)
    it = iter(e)
    n = next(it, _END)
    _NumberRange_first_number(v, int(n.text))
    n = next(it, _END)
    _NumberRange_last_number(v, int(n.text))
    return v


_KeptMessages_sent_number = _slot(KeptMessages, "sent_number")
_KeptMessages_kept_message = _slot(KeptMessages, "kept_message")
_KeptMessages_number_range = _slot(KeptMessages, "number_range")


def _read_KeptMessages(e: Any) -> KeptMessages:
    v: KeptMessages = _new(KeptMessages)
    it = iter(e)
    n = next(it, _END)
    _KeptMessages_sent_number(v, int(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}KeptMessage":
        kept_message = []
        while t == "{urn:iarms:exchange:payload:1}KeptMessage":
            kept_message.append(_read_KeptMessage(n))
            n = next(it, _END)
            t = n.tag
        _KeptMessages_kept_message(v, tuple(kept_message))
    else:
        _KeptMessages_kept_message(v, ())
    if t == "{urn:iarms:exchange:payload:1}NumberRange":
        number_range = []
        while t == "{urn:iarms:exchange:payload:1}NumberRange":
            number_range.append(_read_NumberRange(n))
            n = next(it, _END)
            t = n.tag
        _KeptMessages_number_range(v, tuple(number_range))
    else:
        _KeptMessages_number_range(v, ())
    return v


_MissingItem_missing_item_code = _slot(MissingItem, "missing_item_code")
_MissingItem_question_text = _slot(MissingItem, "question_text")


def _read_MissingItem(e: Any) -> MissingItem:
    v: MissingItem = _new(MissingItem)
    it = iter(e)
    n = next(it, _END)
    _MissingItem_missing_item_code(v, _MissingItemCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}QuestionText":
        _MissingItem_question_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _MissingItem_question_text(v, None)
    return v


_OfficeAbsence_begin_timestamp = _slot(OfficeAbsence, "begin_timestamp")
_OfficeAbsence_end_timestamp = _slot(OfficeAbsence, "end_timestamp")
_OfficeAbsence_will_forward_indicator = _slot(OfficeAbsence, "will_forward_indicator")
_OfficeAbsence_reason_text = _slot(OfficeAbsence, "reason_text")


def _read_OfficeAbsence(e: Any) -> OfficeAbsence:
    v: OfficeAbsence = _new(OfficeAbsence)
    it = iter(e)
    n = next(it, _END)
    _OfficeAbsence_begin_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _OfficeAbsence_end_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _OfficeAbsence_will_forward_indicator(v, n.text == "true")
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReasonText":
        _OfficeAbsence_reason_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _OfficeAbsence_reason_text(v, None)
    return v


_OfficeCalendar_time_zone_name = _slot(OfficeCalendar, "time_zone_name")
_OfficeCalendar_opening_span = _slot(OfficeCalendar, "opening_span")
_OfficeCalendar_rest_day = _slot(OfficeCalendar, "rest_day")
_OfficeCalendar_closed_date = _slot(OfficeCalendar, "closed_date")
_OfficeCalendar_office_absence = _slot(OfficeCalendar, "office_absence")


def _read_OfficeCalendar(e: Any) -> OfficeCalendar:
    v: OfficeCalendar = _new(OfficeCalendar)
    it = iter(e)
    n = next(it, _END)
    _OfficeCalendar_time_zone_name(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}OpeningSpan":
        opening_span = []
        while t == "{urn:iarms:exchange:payload:1}OpeningSpan":
            opening_span.append(n.text)
            n = next(it, _END)
            t = n.tag
        _OfficeCalendar_opening_span(v, tuple(opening_span))
    else:
        _OfficeCalendar_opening_span(v, ())
    if t == "{urn:iarms:exchange:payload:1}RestDay":
        rest_day = []
        while t == "{urn:iarms:exchange:payload:1}RestDay":
            rest_day.append(n.text)
            n = next(it, _END)
            t = n.tag
        _OfficeCalendar_rest_day(v, tuple(rest_day))
    else:
        _OfficeCalendar_rest_day(v, ())
    if t == "{urn:iarms:exchange:payload:1}ClosedDate":
        closed_date = []
        while t == "{urn:iarms:exchange:payload:1}ClosedDate":
            closed_date.append(_read_date(n.text))
            n = next(it, _END)
            t = n.tag
        _OfficeCalendar_closed_date(v, tuple(closed_date))
    else:
        _OfficeCalendar_closed_date(v, ())
    if t == "{urn:iarms:exchange:payload:1}OfficeAbsence":
        office_absence = []
        while t == "{urn:iarms:exchange:payload:1}OfficeAbsence":
            office_absence.append(_read_OfficeAbsence(n))
            n = next(it, _END)
            t = n.tag
        _OfficeCalendar_office_absence(v, tuple(office_absence))
    else:
        _OfficeCalendar_office_absence(v, ())
    return v


_OfficeHoursNotice_context = _slot(OfficeHoursNotice, "context")
_OfficeHoursNotice_opening_span = _slot(OfficeHoursNotice, "opening_span")
_OfficeHoursNotice_time_zone_name = _slot(OfficeHoursNotice, "time_zone_name")
_OfficeHoursNotice_duty_officer = _slot(OfficeHoursNotice, "duty_officer")


def _read_OfficeHoursNotice(e: Any) -> OfficeHoursNotice:
    v: OfficeHoursNotice = _new(OfficeHoursNotice)
    it = iter(e)
    n = next(it, _END)
    _OfficeHoursNotice_context(v, _read_Context(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}OpeningSpan":
        opening_span = []
        while t == "{urn:iarms:exchange:payload:1}OpeningSpan":
            opening_span.append(n.text)
            n = next(it, _END)
            t = n.tag
        _OfficeHoursNotice_opening_span(v, tuple(opening_span))
    else:
        _OfficeHoursNotice_opening_span(v, ())
    _OfficeHoursNotice_time_zone_name(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}DutyOfficer":
        _OfficeHoursNotice_duty_officer(v, _read_ContactPoint(n))
        n = next(it, _END)
        t = n.tag
    else:
        _OfficeHoursNotice_duty_officer(v, None)
    return v


_PriorSearch_search_id = _slot(PriorSearch, "search_id")
_PriorSearch_search_timestamp = _slot(PriorSearch, "search_timestamp")
_PriorSearch_search_result_code = _slot(PriorSearch, "search_result_code")
_PriorSearch_message_id = _slot(PriorSearch, "message_id")
_PriorSearch_message_digest = _slot(PriorSearch, "message_digest")


def _read_PriorSearch(e: Any) -> PriorSearch:
    v: PriorSearch = _new(PriorSearch)
    it = iter(e)
    n = next(it, _END)
    _PriorSearch_search_id(v, n.text)
    n = next(it, _END)
    _PriorSearch_search_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _PriorSearch_search_result_code(v, _SearchResultCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}MessageId":
        _PriorSearch_message_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _PriorSearch_message_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}MessageDigest":
        _PriorSearch_message_digest(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _PriorSearch_message_digest(v, None)
    return v


_ReceiptItem_message_id = _slot(ReceiptItem, "message_id")
_ReceiptItem_outcome_code = _slot(ReceiptItem, "outcome_code")
_ReceiptItem_level_code = _slot(ReceiptItem, "level_code")
_ReceiptItem_received_timestamp = _slot(ReceiptItem, "received_timestamp")
_ReceiptItem_envelope_digest = _slot(ReceiptItem, "envelope_digest")
_ReceiptItem_fault_code = _slot(ReceiptItem, "fault_code")
_ReceiptItem_remark_text = _slot(ReceiptItem, "remark_text")


def _read_ReceiptItem(e: Any) -> ReceiptItem:
    v: ReceiptItem = _new(ReceiptItem)
    it = iter(e)
    n = next(it, _END)
    _ReceiptItem_message_id(v, n.text)
    n = next(it, _END)
    _ReceiptItem_outcome_code(v, _ReceiptOutcomeCode_OF[n.text])
    n = next(it, _END)
    _ReceiptItem_level_code(v, _ReceiptLevelCode_OF[n.text])
    n = next(it, _END)
    _ReceiptItem_received_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _ReceiptItem_envelope_digest(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}FaultCode":
        _ReceiptItem_fault_code(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _ReceiptItem_fault_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _ReceiptItem_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _ReceiptItem_remark_text(v, None)
    return v


_Receipt_receipt_item = _slot(Receipt, "receipt_item")


def _read_Receipt(e: Any) -> Receipt:
    v: Receipt = _new(Receipt)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReceiptItem":
        receipt_item = []
        while t == "{urn:iarms:exchange:payload:1}ReceiptItem":
            receipt_item.append(_read_ReceiptItem(n))
            n = next(it, _END)
            t = n.tag
        _Receipt_receipt_item(v, tuple(receipt_item))
    else:
        _Receipt_receipt_item(v, ())
    return v


_RecordBatchItem_item_id = _slot(RecordBatchItem, "item_id")
_RecordBatchItem_firearm_record = _slot(RecordBatchItem, "firearm_record")
_RecordBatchItem_record_update = _slot(RecordBatchItem, "record_update")
_RecordBatchItem_status_change = _slot(RecordBatchItem, "status_change")


def _read_RecordBatchItem(e: Any) -> RecordBatchItem:
    v: RecordBatchItem = _new(RecordBatchItem)
    it = iter(e)
    n = next(it, _END)
    _RecordBatchItem_item_id(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}FirearmRecord":
        _RecordBatchItem_firearm_record(v, _read_FirearmRecord(n))
        n = next(it, _END)
        t = n.tag
    else:
        _RecordBatchItem_firearm_record(v, None)
    if t == "{urn:iarms:exchange:payload:1}RecordUpdate":
        _RecordBatchItem_record_update(v, _read_RecordUpdate(n))
        n = next(it, _END)
        t = n.tag
    else:
        _RecordBatchItem_record_update(v, None)
    if t == "{urn:iarms:exchange:payload:1}StatusChange":
        _RecordBatchItem_status_change(v, _read_StatusChange(n))
        n = next(it, _END)
        t = n.tag
    else:
        _RecordBatchItem_status_change(v, None)
    return v


_RecordBatch_context = _slot(RecordBatch, "context")
_RecordBatch_record_batch_item = _slot(RecordBatch, "record_batch_item")


def _read_RecordBatch(e: Any) -> RecordBatch:
    v: RecordBatch = _new(RecordBatch)
    it = iter(e)
    n = next(it, _END)
    _RecordBatch_context(v, _read_Context(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RecordBatchItem":
        record_batch_item = []
        while t == "{urn:iarms:exchange:payload:1}RecordBatchItem":
            record_batch_item.append(_read_RecordBatchItem(n))
            n = next(it, _END)
            t = n.tag
        _RecordBatch_record_batch_item(v, tuple(record_batch_item))
    else:
        _RecordBatch_record_batch_item(v, ())
    return v


_RecordBatchResult_item_id = _slot(RecordBatchResult, "item_id")
_RecordBatchResult_record_result = _slot(RecordBatchResult, "record_result")


def _read_RecordBatchResult(e: Any) -> RecordBatchResult:
    v: RecordBatchResult = _new(RecordBatchResult)
    it = iter(e)
    n = next(it, _END)
    _RecordBatchResult_item_id(v, n.text)
    n = next(it, _END)
    _RecordBatchResult_record_result(v, _read_RecordResult(n))
    return v


_RecordBatchReport_context = _slot(RecordBatchReport, "context")
_RecordBatchReport_record_batch_result = _slot(RecordBatchReport, "record_batch_result")


def _read_RecordBatchReport(e: Any) -> RecordBatchReport:
    v: RecordBatchReport = _new(RecordBatchReport)
    it = iter(e)
    n = next(it, _END)
    _RecordBatchReport_context(v, _read_Context(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RecordBatchResult":
        record_batch_result = []
        while t == "{urn:iarms:exchange:payload:1}RecordBatchResult":
            record_batch_result.append(_read_RecordBatchResult(n))
            n = next(it, _END)
            t = n.tag
        _RecordBatchReport_record_batch_result(v, tuple(record_batch_result))
    else:
        _RecordBatchReport_record_batch_result(v, ())
    return v


_RecordExtract_context = _slot(RecordExtract, "context")
_RecordExtract_record_id = _slot(RecordExtract, "record_id")
_RecordExtract_firearm_record = _slot(RecordExtract, "firearm_record")
_RecordExtract_finding = _slot(RecordExtract, "finding")


def _read_RecordExtract(e: Any) -> RecordExtract:
    v: RecordExtract = _new(RecordExtract)
    it = iter(e)
    n = next(it, _END)
    _RecordExtract_context(v, _read_Context(n))
    n = next(it, _END)
    _RecordExtract_record_id(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}FirearmRecord":
        _RecordExtract_firearm_record(v, _read_FirearmRecord(n))
        n = next(it, _END)
        t = n.tag
    else:
        _RecordExtract_firearm_record(v, None)
    if t == "{urn:iarms:exchange:payload:1}Finding":
        finding = []
        while t == "{urn:iarms:exchange:payload:1}Finding":
            finding.append(_read_Finding(n))
            n = next(it, _END)
            t = n.tag
        _RecordExtract_finding(v, tuple(finding))
    else:
        _RecordExtract_finding(v, ())
    return v


_RecordRead_context = _slot(RecordRead, "context")
_RecordRead_record_id = _slot(RecordRead, "record_id")
_RecordRead_reason_code = _slot(RecordRead, "reason_code")
_RecordRead_justification_text = _slot(RecordRead, "justification_text")


def _read_RecordRead(e: Any) -> RecordRead:
    v: RecordRead = _new(RecordRead)
    it = iter(e)
    n = next(it, _END)
    _RecordRead_context(v, _read_Context(n))
    n = next(it, _END)
    _RecordRead_record_id(v, n.text)
    n = next(it, _END)
    _RecordRead_reason_code(v, _SearchReasonCode_OF[n.text])
    n = next(it, _END)
    _RecordRead_justification_text(v, n.text)
    return v


_ResendRequest_number_range = _slot(ResendRequest, "number_range")


def _read_ResendRequest(e: Any) -> ResendRequest:
    v: ResendRequest = _new(ResendRequest)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}NumberRange":
        number_range = []
        while t == "{urn:iarms:exchange:payload:1}NumberRange":
            number_range.append(_read_NumberRange(n))
            n = next(it, _END)
            t = n.tag
        _ResendRequest_number_range(v, tuple(number_range))
    else:
        _ResendRequest_number_range(v, ())
    return v


_ReviewDecision_record_id = _slot(ReviewDecision, "record_id")
_ReviewDecision_base_version = _slot(ReviewDecision, "base_version")
_ReviewDecision_review_decision_code = _slot(ReviewDecision, "review_decision_code")
_ReviewDecision_review_date = _slot(ReviewDecision, "review_date")
_ReviewDecision_closure_reason_code = _slot(ReviewDecision, "closure_reason_code")
_ReviewDecision_recovery_date = _slot(ReviewDecision, "recovery_date")


def _read_ReviewDecision(e: Any) -> ReviewDecision:
    v: ReviewDecision = _new(ReviewDecision)
    it = iter(e)
    n = next(it, _END)
    _ReviewDecision_record_id(v, n.text)
    n = next(it, _END)
    _ReviewDecision_base_version(v, int(n.text))
    n = next(it, _END)
    _ReviewDecision_review_decision_code(v, _ReviewDecisionCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReviewDate":
        _ReviewDecision_review_date(v, _read_date(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _ReviewDecision_review_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}ClosureReasonCode":
        _ReviewDecision_closure_reason_code(v, _ClosureReasonCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _ReviewDecision_closure_reason_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}RecoveryDate":
        _ReviewDecision_recovery_date(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _ReviewDecision_recovery_date(v, None)
    return v


_ReviewConfirm_context = _slot(ReviewConfirm, "context")
_ReviewConfirm_review_decision = _slot(ReviewConfirm, "review_decision")


def _read_ReviewConfirm(e: Any) -> ReviewConfirm:
    v: ReviewConfirm = _new(ReviewConfirm)
    it = iter(e)
    n = next(it, _END)
    _ReviewConfirm_context(v, _read_Context(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReviewDecision":
        review_decision = []
        while t == "{urn:iarms:exchange:payload:1}ReviewDecision":
            review_decision.append(_read_ReviewDecision(n))
            n = next(it, _END)
            t = n.tag
        _ReviewConfirm_review_decision(v, tuple(review_decision))
    else:
        _ReviewConfirm_review_decision(v, ())
    return v


_ReviewItem_record_id = _slot(ReviewItem, "record_id")
_ReviewItem_national_record_id = _slot(ReviewItem, "national_record_id")
_ReviewItem_review_notice_code = _slot(ReviewItem, "review_notice_code")
_ReviewItem_status_code = _slot(ReviewItem, "status_code")
_ReviewItem_version = _slot(ReviewItem, "version")
_ReviewItem_review_date = _slot(ReviewItem, "review_date")
_ReviewItem_extension_quantity = _slot(ReviewItem, "extension_quantity")


def _read_ReviewItem(e: Any) -> ReviewItem:
    v: ReviewItem = _new(ReviewItem)
    it = iter(e)
    n = next(it, _END)
    _ReviewItem_record_id(v, n.text)
    n = next(it, _END)
    _ReviewItem_national_record_id(v, n.text)
    n = next(it, _END)
    _ReviewItem_review_notice_code(v, _ReviewNoticeCode_OF[n.text])
    n = next(it, _END)
    _ReviewItem_status_code(v, _RecordStatusCode_OF[n.text])
    n = next(it, _END)
    _ReviewItem_version(v, int(n.text))
    n = next(it, _END)
    _ReviewItem_review_date(v, _read_date(n.text))
    n = next(it, _END)
    _ReviewItem_extension_quantity(v, int(n.text))
    return v


_ReviewDue_context = _slot(ReviewDue, "context")
_ReviewDue_review_item = _slot(ReviewDue, "review_item")


def _read_ReviewDue(e: Any) -> ReviewDue:
    v: ReviewDue = _new(ReviewDue)
    it = iter(e)
    n = next(it, _END)
    _ReviewDue_context(v, _read_Context(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReviewItem":
        review_item = []
        while t == "{urn:iarms:exchange:payload:1}ReviewItem":
            review_item.append(_read_ReviewItem(n))
            n = next(it, _END)
            t = n.tag
        _ReviewDue_review_item(v, tuple(review_item))
    else:
        _ReviewDue_review_item(v, ())
    return v


_Routing_origin_country = _slot(Routing, "origin_country")
_Routing_departure_country = _slot(Routing, "departure_country")
_Routing_transit_country = _slot(Routing, "transit_country")
_Routing_destination_country = _slot(Routing, "destination_country")


def _read_Routing(e: Any) -> Routing:
    v: Routing = _new(Routing)
    it = iter(e)
    n = next(it, _END)
    if n is _END:
        raise EmptyElementError(e)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}OriginCountry":
        _Routing_origin_country(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Routing_origin_country(v, None)
    if t == "{urn:iarms:exchange:payload:1}DepartureCountry":
        _Routing_departure_country(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Routing_departure_country(v, None)
    if t == "{urn:iarms:exchange:payload:1}TransitCountry":
        transit_country = []
        while t == "{urn:iarms:exchange:payload:1}TransitCountry":
            transit_country.append(_CountryCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _Routing_transit_country(v, tuple(transit_country))
    else:
        _Routing_transit_country(v, ())
    if t == "{urn:iarms:exchange:payload:1}DestinationCountry":
        _Routing_destination_country(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Routing_destination_country(v, None)
    return v


_Search_search_id = _slot(Search, "search_id")
_Search_reason_code = _slot(Search, "reason_code")
_Search_object_in_sight_indicator = _slot(Search, "object_in_sight_indicator")
_Search_place_of_check_country = _slot(Search, "place_of_check_country")
_Search_firearm = _slot(Search, "firearm")
_Search_minimum_grade_code = _slot(Search, "minimum_grade_code")
_Search_store_for_delayed_hit_indicator = _slot(Search, "store_for_delayed_hit_indicator")
_Search_max_results = _slot(Search, "max_results")
_Search_contact_point = _slot(Search, "contact_point")


def _read_Search(e: Any) -> Search:
    v: Search = _new(Search)
    it = iter(e)
    n = next(it, _END)
    _Search_search_id(v, n.text)
    n = next(it, _END)
    _Search_reason_code(v, _SearchReasonCode_OF[n.text])
    n = next(it, _END)
    _Search_object_in_sight_indicator(v, n.text == "true")
    n = next(it, _END)
    _Search_place_of_check_country(v, _CountryCode_OF[n.text])
    n = next(it, _END)
    _Search_firearm(v, _read_FirearmDescription(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}MinimumGradeCode":
        _Search_minimum_grade_code(v, _GradeCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Search_minimum_grade_code(v, None)
    _Search_store_for_delayed_hit_indicator(v, n.text == "true")
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}MaxResults":
        _Search_max_results(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _Search_max_results(v, None)
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _Search_contact_point(v, tuple(contact_point))
    else:
        _Search_contact_point(v, ())
    return v


_SearchBatchItem_item_id = _slot(SearchBatchItem, "item_id")
_SearchBatchItem_search = _slot(SearchBatchItem, "search")


def _read_SearchBatchItem(e: Any) -> SearchBatchItem:
    v: SearchBatchItem = _new(SearchBatchItem)
    it = iter(e)
    n = next(it, _END)
    _SearchBatchItem_item_id(v, n.text)
    n = next(it, _END)
    _SearchBatchItem_search(v, _read_Search(n))
    return v


_SearchBatch_context = _slot(SearchBatch, "context")
_SearchBatch_search_batch_item = _slot(SearchBatch, "search_batch_item")


def _read_SearchBatch(e: Any) -> SearchBatch:
    v: SearchBatch = _new(SearchBatch)
    it = iter(e)
    n = next(it, _END)
    _SearchBatch_context(v, _read_Context(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}SearchBatchItem":
        search_batch_item = []
        while t == "{urn:iarms:exchange:payload:1}SearchBatchItem":
            search_batch_item.append(_read_SearchBatchItem(n))
            n = next(it, _END)
            t = n.tag
        _SearchBatch_search_batch_item(v, tuple(search_batch_item))
    else:
        _SearchBatch_search_batch_item(v, ())
    return v


_SearchResult_search_id = _slot(SearchResult, "search_id")
_SearchResult_result_code = _slot(SearchResult, "result_code")
_SearchResult_candidate = _slot(SearchResult, "candidate")
_SearchResult_weak_count = _slot(SearchResult, "weak_count")
_SearchResult_registry_timestamp = _slot(SearchResult, "registry_timestamp")
_SearchResult_finding = _slot(SearchResult, "finding")


def _read_SearchResult(e: Any) -> SearchResult:
    v: SearchResult = _new(SearchResult)
    it = iter(e)
    n = next(it, _END)
    _SearchResult_search_id(v, n.text)
    n = next(it, _END)
    _SearchResult_result_code(v, _SearchResultCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}Candidate":
        candidate = []
        while t == "{urn:iarms:exchange:payload:1}Candidate":
            candidate.append(_read_Candidate(n))
            n = next(it, _END)
            t = n.tag
        _SearchResult_candidate(v, tuple(candidate))
    else:
        _SearchResult_candidate(v, ())
    if t == "{urn:iarms:exchange:payload:1}WeakCount":
        _SearchResult_weak_count(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _SearchResult_weak_count(v, None)
    _SearchResult_registry_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}Finding":
        finding = []
        while t == "{urn:iarms:exchange:payload:1}Finding":
            finding.append(_read_Finding(n))
            n = next(it, _END)
            t = n.tag
        _SearchResult_finding(v, tuple(finding))
    else:
        _SearchResult_finding(v, ())
    return v


_SearchBatchResult_item_id = _slot(SearchBatchResult, "item_id")
_SearchBatchResult_search_result = _slot(SearchBatchResult, "search_result")


def _read_SearchBatchResult(e: Any) -> SearchBatchResult:
    v: SearchBatchResult = _new(SearchBatchResult)
    it = iter(e)
    n = next(it, _END)
    _SearchBatchResult_item_id(v, n.text)
    n = next(it, _END)
    _SearchBatchResult_search_result(v, _read_SearchResult(n))
    return v


_SearchBatchReport_context = _slot(SearchBatchReport, "context")
_SearchBatchReport_search_batch_result = _slot(SearchBatchReport, "search_batch_result")


def _read_SearchBatchReport(e: Any) -> SearchBatchReport:
    v: SearchBatchReport = _new(SearchBatchReport)
    it = iter(e)
    n = next(it, _END)
    _SearchBatchReport_context(v, _read_Context(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}SearchBatchResult":
        search_batch_result = []
        while t == "{urn:iarms:exchange:payload:1}SearchBatchResult":
            search_batch_result.append(_read_SearchBatchResult(n))
            n = next(it, _END)
            t = n.tag
        _SearchBatchReport_search_batch_result(v, tuple(search_batch_result))
    else:
        _SearchBatchReport_search_batch_result(v, ())
    return v


_SearchRequest_context = _slot(SearchRequest, "context")
_SearchRequest_search = _slot(SearchRequest, "search")


def _read_SearchRequest(e: Any) -> SearchRequest:
    v: SearchRequest = _new(SearchRequest)
    it = iter(e)
    n = next(it, _END)
    _SearchRequest_context(v, _read_Context(n))
    n = next(it, _END)
    _SearchRequest_search(v, _read_Search(n))
    return v


_SearchResponse_context = _slot(SearchResponse, "context")
_SearchResponse_search_result = _slot(SearchResponse, "search_result")


def _read_SearchResponse(e: Any) -> SearchResponse:
    v: SearchResponse = _new(SearchResponse)
    it = iter(e)
    n = next(it, _END)
    _SearchResponse_context(v, _read_Context(n))
    n = next(it, _END)
    _SearchResponse_search_result(v, _read_SearchResult(n))
    return v


_SeizedFirearm_item_id = _slot(SeizedFirearm, "item_id")
_SeizedFirearm_firearm = _slot(SeizedFirearm, "firearm")


def _read_SeizedFirearm(e: Any) -> SeizedFirearm:
    v: SeizedFirearm = _new(SeizedFirearm)
    it = iter(e)
    n = next(it, _END)
    _SeizedFirearm_item_id(v, n.text)
    n = next(it, _END)
    _SeizedFirearm_firearm(v, _read_Firearm(n))
    return v


_Seizure_seizure_id = _slot(Seizure, "seizure_id")
_Seizure_seizing_agency_id = _slot(Seizure, "seizing_agency_id")
_Seizure_acquisition_mode_code = _slot(Seizure, "acquisition_mode_code")
_Seizure_seizure_timestamp = _slot(Seizure, "seizure_timestamp")
_Seizure_location = _slot(Seizure, "location")
_Seizure_location_kind_code = _slot(Seizure, "location_kind_code")
_Seizure_context_code = _slot(Seizure, "context_code")
_Seizure_seized_firearm = _slot(Seizure, "seized_firearm")
_Seizure_consignment = _slot(Seizure, "consignment")
_Seizure_transport_mode_code = _slot(Seizure, "transport_mode_code")
_Seizure_concealment_text = _slot(Seizure, "concealment_text")
_Seizure_detection_method_code = _slot(Seizure, "detection_method_code")
_Seizure_routing = _slot(Seizure, "routing")
_Seizure_hs_code = _slot(Seizure, "hs_code")
_Seizure_legal_justification_text = _slot(Seizure, "legal_justification_text")
_Seizure_custody_agency_id = _slot(Seizure, "custody_agency_id")
_Seizure_exhibit_reference = _slot(Seizure, "exhibit_reference")
_Seizure_ballistic_reference = _slot(Seizure, "ballistic_reference")
_Seizure_contact_point = _slot(Seizure, "contact_point")


def _read_Seizure(e: Any) -> Seizure:
    v: Seizure = _new(Seizure)
    it = iter(e)
    n = next(it, _END)
    _Seizure_seizure_id(v, n.text)
    n = next(it, _END)
    _Seizure_seizing_agency_id(v, n.text)
    n = next(it, _END)
    _Seizure_acquisition_mode_code(v, _AcquisitionModeCode_OF[n.text])
    n = next(it, _END)
    _Seizure_seizure_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _Seizure_location(v, _read_Location(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}LocationKindCode":
        _Seizure_location_kind_code(v, _LocationKindCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Seizure_location_kind_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}ContextCode":
        context_code = []
        while t == "{urn:iarms:exchange:payload:1}ContextCode":
            context_code.append(_SeizureContextCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _Seizure_context_code(v, tuple(context_code))
    else:
        _Seizure_context_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}SeizedFirearm":
        seized_firearm = []
        while t == "{urn:iarms:exchange:payload:1}SeizedFirearm":
            seized_firearm.append(_read_SeizedFirearm(n))
            n = next(it, _END)
            t = n.tag
        _Seizure_seized_firearm(v, tuple(seized_firearm))
    else:
        _Seizure_seized_firearm(v, ())
    if t == "{urn:iarms:exchange:payload:1}Consignment":
        _Seizure_consignment(v, _read_Consignment(n))
        n = next(it, _END)
        t = n.tag
    else:
        _Seizure_consignment(v, None)
    if t == "{urn:iarms:exchange:payload:1}TransportModeCode":
        _Seizure_transport_mode_code(v, _TransportModeCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Seizure_transport_mode_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}ConcealmentText":
        _Seizure_concealment_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Seizure_concealment_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}DetectionMethodCode":
        _Seizure_detection_method_code(v, _DetectionMethodCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _Seizure_detection_method_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}Routing":
        _Seizure_routing(v, _read_Routing(n))
        n = next(it, _END)
        t = n.tag
    else:
        _Seizure_routing(v, None)
    if t == "{urn:iarms:exchange:payload:1}HSCode":
        hs_code = []
        while t == "{urn:iarms:exchange:payload:1}HSCode":
            hs_code.append(n.text)
            n = next(it, _END)
            t = n.tag
        _Seizure_hs_code(v, tuple(hs_code))
    else:
        _Seizure_hs_code(v, ())
    _Seizure_legal_justification_text(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}CustodyAgencyId":
        _Seizure_custody_agency_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Seizure_custody_agency_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExhibitReference":
        _Seizure_exhibit_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _Seizure_exhibit_reference(v, None)
    if t == "{urn:iarms:exchange:payload:1}BallisticReference":
        ballistic_reference = []
        while t == "{urn:iarms:exchange:payload:1}BallisticReference":
            ballistic_reference.append(_read_BallisticReference(n))
            n = next(it, _END)
            t = n.tag
        _Seizure_ballistic_reference(v, tuple(ballistic_reference))
    else:
        _Seizure_ballistic_reference(v, ())
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _Seizure_contact_point(v, tuple(contact_point))
    else:
        _Seizure_contact_point(v, ())
    return v


_SeizureNotice_context = _slot(SeizureNotice, "context")
_SeizureNotice_seizure = _slot(SeizureNotice, "seizure")


def _read_SeizureNotice(e: Any) -> SeizureNotice:
    v: SeizureNotice = _new(SeizureNotice)
    it = iter(e)
    n = next(it, _END)
    _SeizureNotice_context(v, _read_Context(n))
    n = next(it, _END)
    _SeizureNotice_seizure(v, _read_Seizure(n))
    return v


_StatFilter_stat_dimension_code = _slot(StatFilter, "stat_dimension_code")
_StatFilter_value_text = _slot(StatFilter, "value_text")


def _read_StatFilter(e: Any) -> StatFilter:
    v: StatFilter = _new(StatFilter)
    it = iter(e)
    n = next(it, _END)
    _StatFilter_stat_dimension_code(v, _StatDimensionCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ValueText":
        value_text = []
        while t == "{urn:iarms:exchange:payload:1}ValueText":
            value_text.append(n.text)
            n = next(it, _END)
            t = n.tag
        _StatFilter_value_text(v, tuple(value_text))
    else:
        _StatFilter_value_text(v, ())
    return v


_StatOrigin_threshold_quantity = _slot(StatOrigin, "threshold_quantity")
_StatOrigin_cell_dimension_code = _slot(StatOrigin, "cell_dimension_code")
_StatOrigin_log_position = _slot(StatOrigin, "log_position")
_StatOrigin_log_digest = _slot(StatOrigin, "log_digest")
_StatOrigin_counted_timestamp = _slot(StatOrigin, "counted_timestamp")
_StatOrigin_automatic_indicator = _slot(StatOrigin, "automatic_indicator")
_StatOrigin_definition_text = _slot(StatOrigin, "definition_text")
_StatOrigin_caveat_text = _slot(StatOrigin, "caveat_text")


def _read_StatOrigin(e: Any) -> StatOrigin:
    v: StatOrigin = _new(StatOrigin)
    it = iter(e)
    n = next(it, _END)
    _StatOrigin_threshold_quantity(v, int(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}CellDimensionCode":
        cell_dimension_code = []
        while t == "{urn:iarms:exchange:payload:1}CellDimensionCode":
            cell_dimension_code.append(_StatDimensionCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _StatOrigin_cell_dimension_code(v, tuple(cell_dimension_code))
    else:
        _StatOrigin_cell_dimension_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}LogPosition":
        _StatOrigin_log_position(v, int(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _StatOrigin_log_position(v, None)
    _StatOrigin_log_digest(v, n.text)
    n = next(it, _END)
    _StatOrigin_counted_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _StatOrigin_automatic_indicator(v, n.text == "true")
    n = next(it, _END)
    _StatOrigin_definition_text(v, n.text)
    n = next(it, _END)
    _StatOrigin_caveat_text(v, n.text)
    return v


_StatQuestion_stat_query_id = _slot(StatQuestion, "stat_query_id")
_StatQuestion_stat_measure_code = _slot(StatQuestion, "stat_measure_code")
_StatQuestion_stat_period = _slot(StatQuestion, "stat_period")
_StatQuestion_stat_dimension_code = _slot(StatQuestion, "stat_dimension_code")
_StatQuestion_stat_filter = _slot(StatQuestion, "stat_filter")
_StatQuestion_intended_use_text = _slot(StatQuestion, "intended_use_text")


def _read_StatQuestion(e: Any) -> StatQuestion:
    v: StatQuestion = _new(StatQuestion)
    it = iter(e)
    n = next(it, _END)
    _StatQuestion_stat_query_id(v, n.text)
    n = next(it, _END)
    _StatQuestion_stat_measure_code(v, _StatMeasureCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}StatPeriod":
        stat_period = []
        while t == "{urn:iarms:exchange:payload:1}StatPeriod":
            stat_period.append(n.text)
            n = next(it, _END)
            t = n.tag
        _StatQuestion_stat_period(v, tuple(stat_period))
    else:
        _StatQuestion_stat_period(v, ())
    if t == "{urn:iarms:exchange:payload:1}StatDimensionCode":
        stat_dimension_code = []
        while t == "{urn:iarms:exchange:payload:1}StatDimensionCode":
            stat_dimension_code.append(_StatDimensionCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _StatQuestion_stat_dimension_code(v, tuple(stat_dimension_code))
    else:
        _StatQuestion_stat_dimension_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}StatFilter":
        stat_filter = []
        while t == "{urn:iarms:exchange:payload:1}StatFilter":
            stat_filter.append(_read_StatFilter(n))
            n = next(it, _END)
            t = n.tag
        _StatQuestion_stat_filter(v, tuple(stat_filter))
    else:
        _StatQuestion_stat_filter(v, ())
    if t == "{urn:iarms:exchange:payload:1}IntendedUseText":
        _StatQuestion_intended_use_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _StatQuestion_intended_use_text(v, None)
    return v


_StatQuery_context = _slot(StatQuery, "context")
_StatQuery_stat_question = _slot(StatQuery, "stat_question")


def _read_StatQuery(e: Any) -> StatQuery:
    v: StatQuery = _new(StatQuery)
    it = iter(e)
    n = next(it, _END)
    _StatQuery_context(v, _read_Context(n))
    n = next(it, _END)
    _StatQuery_stat_question(v, _read_StatQuestion(n))
    return v


_StatRow_stat_period = _slot(StatRow, "stat_period")
_StatRow_value_text = _slot(StatRow, "value_text")
_StatRow_count_quantity = _slot(StatRow, "count_quantity")


def _read_StatRow(e: Any) -> StatRow:
    v: StatRow = _new(StatRow)
    it = iter(e)
    n = next(it, _END)
    _StatRow_stat_period(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ValueText":
        value_text = []
        while t == "{urn:iarms:exchange:payload:1}ValueText":
            value_text.append(n.text)
            n = next(it, _END)
            t = n.tag
        _StatRow_value_text(v, tuple(value_text))
    else:
        _StatRow_value_text(v, ())
    _StatRow_count_quantity(v, int(n.text))
    return v


_StatReport_context = _slot(StatReport, "context")
_StatReport_stat_query_id = _slot(StatReport, "stat_query_id")
_StatReport_stat_answer_code = _slot(StatReport, "stat_answer_code")
_StatReport_stat_refusal_code = _slot(StatReport, "stat_refusal_code")
_StatReport_explanation_text = _slot(StatReport, "explanation_text")
_StatReport_stat_origin = _slot(StatReport, "stat_origin")
_StatReport_stat_row = _slot(StatReport, "stat_row")


def _read_StatReport(e: Any) -> StatReport:
    v: StatReport = _new(StatReport)
    it = iter(e)
    n = next(it, _END)
    _StatReport_context(v, _read_Context(n))
    n = next(it, _END)
    _StatReport_stat_query_id(v, n.text)
    n = next(it, _END)
    _StatReport_stat_answer_code(v, _StatAnswerCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}StatRefusalCode":
        _StatReport_stat_refusal_code(v, _StatRefusalCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _StatReport_stat_refusal_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExplanationText":
        _StatReport_explanation_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _StatReport_explanation_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}StatOrigin":
        _StatReport_stat_origin(v, _read_StatOrigin(n))
        n = next(it, _END)
        t = n.tag
    else:
        _StatReport_stat_origin(v, None)
    if t == "{urn:iarms:exchange:payload:1}StatRow":
        stat_row = []
        while t == "{urn:iarms:exchange:payload:1}StatRow":
            stat_row.append(_read_StatRow(n))
            n = next(it, _END)
            t = n.tag
        _StatReport_stat_row(v, tuple(stat_row))
    else:
        _StatReport_stat_row(v, ())
    return v


_SuppliedItem_missing_item_code = _slot(SuppliedItem, "missing_item_code")
_SuppliedItem_answer_text = _slot(SuppliedItem, "answer_text")


def _read_SuppliedItem(e: Any) -> SuppliedItem:
    v: SuppliedItem = _new(SuppliedItem)
    it = iter(e)
    n = next(it, _END)
    _SuppliedItem_missing_item_code(v, _MissingItemCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}AnswerText":
        _SuppliedItem_answer_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _SuppliedItem_answer_text(v, None)
    return v


_TraceAct_trace_id = _slot(TraceAct, "trace_id")
_TraceAct_act_number = _slot(TraceAct, "act_number")
_TraceAct_seen_act_number = _slot(TraceAct, "seen_act_number")
_TraceAct_seen_digest = _slot(TraceAct, "seen_digest")


def _read_TraceAct(e: Any) -> TraceAct:
    v: TraceAct = _new(TraceAct)
    it = iter(e)
    n = next(it, _END)
    _TraceAct_trace_id(v, n.text)
    n = next(it, _END)
    _TraceAct_act_number(v, int(n.text))
    n = next(it, _END)
    _TraceAct_seen_act_number(v, int(n.text))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}SeenDigest":
        _TraceAct_seen_digest(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAct_seen_digest(v, None)
    return v


_TraceAck_context = _slot(TraceAck, "context")
_TraceAck_trace_act = _slot(TraceAck, "trace_act")
_TraceAck_trace_ack_code = _slot(TraceAck, "trace_ack_code")
_TraceAck_trace_rejection_code = _slot(TraceAck, "trace_rejection_code")
_TraceAck_explanation_text = _slot(TraceAck, "explanation_text")
_TraceAck_handler_reference = _slot(TraceAck, "handler_reference")
_TraceAck_expected_answer_date = _slot(TraceAck, "expected_answer_date")
_TraceAck_better_country = _slot(TraceAck, "better_country")


def _read_TraceAck(e: Any) -> TraceAck:
    v: TraceAck = _new(TraceAck)
    it = iter(e)
    n = next(it, _END)
    _TraceAck_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceAck_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceAck_trace_ack_code(v, _TraceAckCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}TraceRejectionCode":
        _TraceAck_trace_rejection_code(v, _TraceRejectionCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAck_trace_rejection_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExplanationText":
        _TraceAck_explanation_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAck_explanation_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}HandlerReference":
        _TraceAck_handler_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAck_handler_reference(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExpectedAnswerDate":
        _TraceAck_expected_answer_date(v, _read_date(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAck_expected_answer_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}BetterCountry":
        _TraceAck_better_country(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAck_better_country(v, None)
    return v


_TraceDocument_value = _slot(TraceDocument, "value")
_TraceDocument_kind = _slot(TraceDocument, "kind")


def _read_TraceDocument(e: Any) -> TraceDocument:
    v: TraceDocument = _new(TraceDocument)
    _TraceDocument_value(v, e.text)
    _TraceDocument_kind(v, _TraceDocumentKindCode_OF[e.get("kind")])
    return v


_TraceLink_sequence_number = _slot(TraceLink, "sequence_number")
_TraceLink_trace_role_code = _slot(TraceLink, "trace_role_code")
_TraceLink_country = _slot(TraceLink, "country")
_TraceLink_party_name = _slot(TraceLink, "party_name")
_TraceLink_from_date = _slot(TraceLink, "from_date")
_TraceLink_to_date = _slot(TraceLink, "to_date")
_TraceLink_next_country = _slot(TraceLink, "next_country")
_TraceLink_trace_document = _slot(TraceLink, "trace_document")
_TraceLink_legality_code = _slot(TraceLink, "legality_code")
_TraceLink_diversion_indicator = _slot(TraceLink, "diversion_indicator")
_TraceLink_remark_text = _slot(TraceLink, "remark_text")


def _read_TraceLink(e: Any) -> TraceLink:
    v: TraceLink = _new(TraceLink)
    it = iter(e)
    n = next(it, _END)
    _TraceLink_sequence_number(v, int(n.text))
    n = next(it, _END)
    _TraceLink_trace_role_code(v, _TraceRoleCode_OF[n.text])
    n = next(it, _END)
    _TraceLink_country(v, _CountryCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}PartyName":
        _TraceLink_party_name(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceLink_party_name(v, None)
    if t == "{urn:iarms:exchange:payload:1}FromDate":
        _TraceLink_from_date(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceLink_from_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}ToDate":
        _TraceLink_to_date(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceLink_to_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}NextCountry":
        _TraceLink_next_country(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _TraceLink_next_country(v, None)
    if t == "{urn:iarms:exchange:payload:1}TraceDocument":
        trace_document = []
        while t == "{urn:iarms:exchange:payload:1}TraceDocument":
            trace_document.append(_read_TraceDocument(n))
            n = next(it, _END)
            t = n.tag
        _TraceLink_trace_document(v, tuple(trace_document))
    else:
        _TraceLink_trace_document(v, ())
    _TraceLink_legality_code(v, _LegalityCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}DiversionIndicator":
        _TraceLink_diversion_indicator(v, n.text == "true")
        n = next(it, _END)
        t = n.tag
    else:
        _TraceLink_diversion_indicator(v, None)
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        _TraceLink_remark_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceLink_remark_text(v, None)
    return v


_TraceAnswer_response_kind_code = _slot(TraceAnswer, "response_kind_code")
_TraceAnswer_trace_outcome_code = _slot(TraceAnswer, "trace_outcome_code")
_TraceAnswer_item_status = _slot(TraceAnswer, "item_status")
_TraceAnswer_trace_link = _slot(TraceAnswer, "trace_link")
_TraceAnswer_next_country = _slot(TraceAnswer, "next_country")
_TraceAnswer_use_condition_text = _slot(TraceAnswer, "use_condition_text")
_TraceAnswer_explanation_text = _slot(TraceAnswer, "explanation_text")
_TraceAnswer_automatic_indicator = _slot(TraceAnswer, "automatic_indicator")


def _read_TraceAnswer(e: Any) -> TraceAnswer:
    v: TraceAnswer = _new(TraceAnswer)
    it = iter(e)
    n = next(it, _END)
    _TraceAnswer_response_kind_code(v, _ResponseKindCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}TraceOutcomeCode":
        trace_outcome_code = []
        while t == "{urn:iarms:exchange:payload:1}TraceOutcomeCode":
            trace_outcome_code.append(_TraceOutcomeCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _TraceAnswer_trace_outcome_code(v, tuple(trace_outcome_code))
    else:
        _TraceAnswer_trace_outcome_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}ItemStatus":
        item_status = []
        while t == "{urn:iarms:exchange:payload:1}ItemStatus":
            item_status.append(_read_ItemStatus(n))
            n = next(it, _END)
            t = n.tag
        _TraceAnswer_item_status(v, tuple(item_status))
    else:
        _TraceAnswer_item_status(v, ())
    if t == "{urn:iarms:exchange:payload:1}TraceLink":
        trace_link = []
        while t == "{urn:iarms:exchange:payload:1}TraceLink":
            trace_link.append(_read_TraceLink(n))
            n = next(it, _END)
            t = n.tag
        _TraceAnswer_trace_link(v, tuple(trace_link))
    else:
        _TraceAnswer_trace_link(v, ())
    if t == "{urn:iarms:exchange:payload:1}NextCountry":
        _TraceAnswer_next_country(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAnswer_next_country(v, None)
    if t == "{urn:iarms:exchange:payload:1}UseConditionText":
        _TraceAnswer_use_condition_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAnswer_use_condition_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExplanationText":
        _TraceAnswer_explanation_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAnswer_explanation_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}AutomaticIndicator":
        _TraceAnswer_automatic_indicator(v, n.text == "true")
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAnswer_automatic_indicator(v, None)
    return v


_TraceAttachment_context = _slot(TraceAttachment, "context")
_TraceAttachment_trace_act = _slot(TraceAttachment, "trace_act")
_TraceAttachment_file_name = _slot(TraceAttachment, "file_name")
_TraceAttachment_media_type = _slot(TraceAttachment, "media_type")
_TraceAttachment_size_quantity = _slot(TraceAttachment, "size_quantity")
_TraceAttachment_content_digest = _slot(TraceAttachment, "content_digest")
_TraceAttachment_view_code = _slot(TraceAttachment, "view_code")
_TraceAttachment_description_text = _slot(TraceAttachment, "description_text")
_TraceAttachment_content_part = _slot(TraceAttachment, "content_part")


def _read_TraceAttachment(e: Any) -> TraceAttachment:
    v: TraceAttachment = _new(TraceAttachment)
    it = iter(e)
    n = next(it, _END)
    _TraceAttachment_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceAttachment_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceAttachment_file_name(v, n.text)
    n = next(it, _END)
    _TraceAttachment_media_type(v, n.text)
    n = next(it, _END)
    _TraceAttachment_size_quantity(v, int(n.text))
    n = next(it, _END)
    _TraceAttachment_content_digest(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ViewCode":
        _TraceAttachment_view_code(v, _ImageViewCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAttachment_view_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}DescriptionText":
        _TraceAttachment_description_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceAttachment_description_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}ContentPart":
        content_part = []
        while t == "{urn:iarms:exchange:payload:1}ContentPart":
            content_part.append(n.text)
            n = next(it, _END)
            t = n.tag
        _TraceAttachment_content_part(v, tuple(content_part))
    else:
        _TraceAttachment_content_part(v, ())
    return v


_TraceCancel_context = _slot(TraceCancel, "context")
_TraceCancel_trace_act = _slot(TraceCancel, "trace_act")
_TraceCancel_trace_cancel_code = _slot(TraceCancel, "trace_cancel_code")
_TraceCancel_explanation_text = _slot(TraceCancel, "explanation_text")


def _read_TraceCancel(e: Any) -> TraceCancel:
    v: TraceCancel = _new(TraceCancel)
    it = iter(e)
    n = next(it, _END)
    _TraceCancel_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceCancel_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceCancel_trace_cancel_code(v, _TraceCancelCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ExplanationText":
        _TraceCancel_explanation_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceCancel_explanation_text(v, None)
    return v


_TraceClarification_context = _slot(TraceClarification, "context")
_TraceClarification_trace_act = _slot(TraceClarification, "trace_act")
_TraceClarification_question_text = _slot(TraceClarification, "question_text")


def _read_TraceClarification(e: Any) -> TraceClarification:
    v: TraceClarification = _new(TraceClarification)
    it = iter(e)
    n = next(it, _END)
    _TraceClarification_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceClarification_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceClarification_question_text(v, n.text)
    return v


_TraceClose_context = _slot(TraceClose, "context")
_TraceClose_trace_act = _slot(TraceClose, "trace_act")
_TraceClose_trace_outcome_code = _slot(TraceClose, "trace_outcome_code")
_TraceClose_close_text = _slot(TraceClose, "close_text")


def _read_TraceClose(e: Any) -> TraceClose:
    v: TraceClose = _new(TraceClose)
    it = iter(e)
    n = next(it, _END)
    _TraceClose_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceClose_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceClose_trace_outcome_code(v, _TraceOutcomeCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}CloseText":
        _TraceClose_close_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceClose_close_text(v, None)
    return v


_TraceComment_context = _slot(TraceComment, "context")
_TraceComment_trace_act = _slot(TraceComment, "trace_act")
_TraceComment_comment_text = _slot(TraceComment, "comment_text")
_TraceComment_office_calendar = _slot(TraceComment, "office_calendar")


def _read_TraceComment(e: Any) -> TraceComment:
    v: TraceComment = _new(TraceComment)
    it = iter(e)
    n = next(it, _END)
    _TraceComment_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceComment_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceComment_comment_text(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}OfficeCalendar":
        _TraceComment_office_calendar(v, _read_OfficeCalendar(n))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceComment_office_calendar(v, None)
    return v


_TraceCorrection_context = _slot(TraceCorrection, "context")
_TraceCorrection_trace_act = _slot(TraceCorrection, "trace_act")
_TraceCorrection_correction_text = _slot(TraceCorrection, "correction_text")
_TraceCorrection_firearm = _slot(TraceCorrection, "firearm")
_TraceCorrection_circumstance_text = _slot(TraceCorrection, "circumstance_text")
_TraceCorrection_trace_answer = _slot(TraceCorrection, "trace_answer")


def _read_TraceCorrection(e: Any) -> TraceCorrection:
    v: TraceCorrection = _new(TraceCorrection)
    it = iter(e)
    n = next(it, _END)
    _TraceCorrection_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceCorrection_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceCorrection_correction_text(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}Firearm":
        _TraceCorrection_firearm(v, _read_Firearm(n))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceCorrection_firearm(v, None)
    if t == "{urn:iarms:exchange:payload:1}CircumstanceText":
        _TraceCorrection_circumstance_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceCorrection_circumstance_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}TraceAnswer":
        _TraceCorrection_trace_answer(v, _read_TraceAnswer(n))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceCorrection_trace_answer(v, None)
    return v


_TraceForward_context = _slot(TraceForward, "context")
_TraceForward_trace_act = _slot(TraceForward, "trace_act")
_TraceForward_forward_trace_id = _slot(TraceForward, "forward_trace_id")
_TraceForward_to_country = _slot(TraceForward, "to_country")
_TraceForward_to_agency_id = _slot(TraceForward, "to_agency_id")
_TraceForward_address_reason_code = _slot(TraceForward, "address_reason_code")
_TraceForward_reason_text = _slot(TraceForward, "reason_text")
_TraceForward_trace_link = _slot(TraceForward, "trace_link")


def _read_TraceForward(e: Any) -> TraceForward:
    v: TraceForward = _new(TraceForward)
    it = iter(e)
    n = next(it, _END)
    _TraceForward_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceForward_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceForward_forward_trace_id(v, n.text)
    n = next(it, _END)
    _TraceForward_to_country(v, _CountryCode_OF[n.text])
    n = next(it, _END)
    _TraceForward_to_agency_id(v, n.text)
    n = next(it, _END)
    _TraceForward_address_reason_code(v, _AddressReasonCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReasonText":
        _TraceForward_reason_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceForward_reason_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}TraceLink":
        trace_link = []
        while t == "{urn:iarms:exchange:payload:1}TraceLink":
            trace_link.append(_read_TraceLink(n))
            n = next(it, _END)
            t = n.tag
        _TraceForward_trace_link(v, tuple(trace_link))
    else:
        _TraceForward_trace_link(v, ())
    return v


_TraceIllicitNature_illicit_basis_code = _slot(TraceIllicitNature, "illicit_basis_code")
_TraceIllicitNature_legal_justification_text = _slot(TraceIllicitNature, "legal_justification_text")
_TraceIllicitNature_circumstance_text = _slot(TraceIllicitNature, "circumstance_text")
_TraceIllicitNature_recovery_date = _slot(TraceIllicitNature, "recovery_date")
_TraceIllicitNature_recovery_country = _slot(TraceIllicitNature, "recovery_country")
_TraceIllicitNature_recovery_location = _slot(TraceIllicitNature, "recovery_location")
_TraceIllicitNature_acquisition_mode_code = _slot(TraceIllicitNature, "acquisition_mode_code")
_TraceIllicitNature_context_code = _slot(TraceIllicitNature, "context_code")
_TraceIllicitNature_seizure_id = _slot(TraceIllicitNature, "seizure_id")
_TraceIllicitNature_exhibit_reference = _slot(TraceIllicitNature, "exhibit_reference")


def _read_TraceIllicitNature(e: Any) -> TraceIllicitNature:
    v: TraceIllicitNature = _new(TraceIllicitNature)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}IllicitBasisCode":
        illicit_basis_code = []
        while t == "{urn:iarms:exchange:payload:1}IllicitBasisCode":
            illicit_basis_code.append(_IllicitBasisCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _TraceIllicitNature_illicit_basis_code(v, tuple(illicit_basis_code))
    else:
        _TraceIllicitNature_illicit_basis_code(v, ())
    _TraceIllicitNature_legal_justification_text(v, n.text)
    n = next(it, _END)
    _TraceIllicitNature_circumstance_text(v, n.text)
    n = next(it, _END)
    _TraceIllicitNature_recovery_date(v, n.text)
    n = next(it, _END)
    _TraceIllicitNature_recovery_country(v, _CountryCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RecoveryLocation":
        _TraceIllicitNature_recovery_location(v, _read_Location(n))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceIllicitNature_recovery_location(v, None)
    if t == "{urn:iarms:exchange:payload:1}AcquisitionModeCode":
        _TraceIllicitNature_acquisition_mode_code(v, _AcquisitionModeCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _TraceIllicitNature_acquisition_mode_code(v, None)
    if t == "{urn:iarms:exchange:payload:1}ContextCode":
        context_code = []
        while t == "{urn:iarms:exchange:payload:1}ContextCode":
            context_code.append(_SeizureContextCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _TraceIllicitNature_context_code(v, tuple(context_code))
    else:
        _TraceIllicitNature_context_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}SeizureId":
        _TraceIllicitNature_seizure_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceIllicitNature_seizure_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}ExhibitReference":
        _TraceIllicitNature_exhibit_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceIllicitNature_exhibit_reference(v, None)
    return v


_TraceInfo_context = _slot(TraceInfo, "context")
_TraceInfo_trace_act = _slot(TraceInfo, "trace_act")
_TraceInfo_supplied_item = _slot(TraceInfo, "supplied_item")
_TraceInfo_firearm = _slot(TraceInfo, "firearm")
_TraceInfo_forward_consent_code = _slot(TraceInfo, "forward_consent_code")


def _read_TraceInfo(e: Any) -> TraceInfo:
    v: TraceInfo = _new(TraceInfo)
    it = iter(e)
    n = next(it, _END)
    _TraceInfo_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceInfo_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}SuppliedItem":
        supplied_item = []
        while t == "{urn:iarms:exchange:payload:1}SuppliedItem":
            supplied_item.append(_read_SuppliedItem(n))
            n = next(it, _END)
            t = n.tag
        _TraceInfo_supplied_item(v, tuple(supplied_item))
    else:
        _TraceInfo_supplied_item(v, ())
    if t == "{urn:iarms:exchange:payload:1}Firearm":
        _TraceInfo_firearm(v, _read_Firearm(n))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceInfo_firearm(v, None)
    if t == "{urn:iarms:exchange:payload:1}ForwardConsentCode":
        _TraceInfo_forward_consent_code(v, _ForwardConsentCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _TraceInfo_forward_consent_code(v, None)
    return v


_TraceInfoRequest_context = _slot(TraceInfoRequest, "context")
_TraceInfoRequest_trace_act = _slot(TraceInfoRequest, "trace_act")
_TraceInfoRequest_missing_item = _slot(TraceInfoRequest, "missing_item")
_TraceInfoRequest_respond_by_date = _slot(TraceInfoRequest, "respond_by_date")


def _read_TraceInfoRequest(e: Any) -> TraceInfoRequest:
    v: TraceInfoRequest = _new(TraceInfoRequest)
    it = iter(e)
    n = next(it, _END)
    _TraceInfoRequest_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceInfoRequest_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}MissingItem":
        missing_item = []
        while t == "{urn:iarms:exchange:payload:1}MissingItem":
            missing_item.append(_read_MissingItem(n))
            n = next(it, _END)
            t = n.tag
        _TraceInfoRequest_missing_item(v, tuple(missing_item))
    else:
        _TraceInfoRequest_missing_item(v, ())
    if t == "{urn:iarms:exchange:payload:1}RespondByDate":
        _TraceInfoRequest_respond_by_date(v, _read_date(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceInfoRequest_respond_by_date(v, None)
    return v


_TraceIntendedUse_intended_use_code = _slot(TraceIntendedUse, "intended_use_code")
_TraceIntendedUse_use_text = _slot(TraceIntendedUse, "use_text")


def _read_TraceIntendedUse(e: Any) -> TraceIntendedUse:
    v: TraceIntendedUse = _new(TraceIntendedUse)
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}IntendedUseCode":
        intended_use_code = []
        while t == "{urn:iarms:exchange:payload:1}IntendedUseCode":
            intended_use_code.append(_IntendedUseCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _TraceIntendedUse_intended_use_code(v, tuple(intended_use_code))
    else:
        _TraceIntendedUse_intended_use_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}UseText":
        _TraceIntendedUse_use_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceIntendedUse_use_text(v, None)
    return v


_TraceIntroduction_context = _slot(TraceIntroduction, "context")
_TraceIntroduction_trace_id = _slot(TraceIntroduction, "trace_id")
_TraceIntroduction_chain_id = _slot(TraceIntroduction, "chain_id")
_TraceIntroduction_parent_trace_id = _slot(TraceIntroduction, "parent_trace_id")
_TraceIntroduction_requester_agency_id = _slot(TraceIntroduction, "requester_agency_id")
_TraceIntroduction_address_reason_code = _slot(TraceIntroduction, "address_reason_code")
_TraceIntroduction_reason_text = _slot(TraceIntroduction, "reason_text")
_TraceIntroduction_firearm = _slot(TraceIntroduction, "firearm")
_TraceIntroduction_trace_link = _slot(TraceIntroduction, "trace_link")


def _read_TraceIntroduction(e: Any) -> TraceIntroduction:
    v: TraceIntroduction = _new(TraceIntroduction)
    it = iter(e)
    n = next(it, _END)
    _TraceIntroduction_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceIntroduction_trace_id(v, n.text)
    n = next(it, _END)
    _TraceIntroduction_chain_id(v, n.text)
    n = next(it, _END)
    _TraceIntroduction_parent_trace_id(v, n.text)
    n = next(it, _END)
    _TraceIntroduction_requester_agency_id(v, n.text)
    n = next(it, _END)
    _TraceIntroduction_address_reason_code(v, _AddressReasonCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReasonText":
        _TraceIntroduction_reason_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceIntroduction_reason_text(v, None)
    _TraceIntroduction_firearm(v, _read_Firearm(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}TraceLink":
        trace_link = []
        while t == "{urn:iarms:exchange:payload:1}TraceLink":
            trace_link.append(_read_TraceLink(n))
            n = next(it, _END)
            t = n.tag
        _TraceIntroduction_trace_link(v, tuple(trace_link))
    else:
        _TraceIntroduction_trace_link(v, ())
    return v


_TraceNoAnswer_context = _slot(TraceNoAnswer, "context")
_TraceNoAnswer_trace_act = _slot(TraceNoAnswer, "trace_act")
_TraceNoAnswer_trace_deadline_code = _slot(TraceNoAnswer, "trace_deadline_code")
_TraceNoAnswer_due_timestamp = _slot(TraceNoAnswer, "due_timestamp")
_TraceNoAnswer_stated_timestamp = _slot(TraceNoAnswer, "stated_timestamp")
_TraceNoAnswer_reminder_quantity = _slot(TraceNoAnswer, "reminder_quantity")


def _read_TraceNoAnswer(e: Any) -> TraceNoAnswer:
    v: TraceNoAnswer = _new(TraceNoAnswer)
    it = iter(e)
    n = next(it, _END)
    _TraceNoAnswer_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceNoAnswer_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceNoAnswer_trace_deadline_code(v, _TraceDeadlineCode_OF[n.text])
    n = next(it, _END)
    _TraceNoAnswer_due_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _TraceNoAnswer_stated_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _TraceNoAnswer_reminder_quantity(v, int(n.text))
    return v


_TracePossessor_full_name = _slot(TracePossessor, "full_name")
_TracePossessor_birth_date = _slot(TracePossessor, "birth_date")
_TracePossessor_nationality = _slot(TracePossessor, "nationality")
_TracePossessor_identity_document_reference = _slot(TracePossessor, "identity_document_reference")


def _read_TracePossessor(e: Any) -> TracePossessor:
    v: TracePossessor = _new(TracePossessor)
    it = iter(e)
    n = next(it, _END)
    _TracePossessor_full_name(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}BirthDate":
        _TracePossessor_birth_date(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TracePossessor_birth_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}Nationality":
        _TracePossessor_nationality(v, _CountryCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    else:
        _TracePossessor_nationality(v, None)
    if t == "{urn:iarms:exchange:payload:1}IdentityDocumentReference":
        _TracePossessor_identity_document_reference(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TracePossessor_identity_document_reference(v, None)
    return v


_TraceQuestion_chain_id = _slot(TraceQuestion, "chain_id")
_TraceQuestion_parent_trace_id = _slot(TraceQuestion, "parent_trace_id")
_TraceQuestion_forwarded_by_agency_id = _slot(TraceQuestion, "forwarded_by_agency_id")
_TraceQuestion_responder_country = _slot(TraceQuestion, "responder_country")
_TraceQuestion_address_reason_code = _slot(TraceQuestion, "address_reason_code")
_TraceQuestion_address_reason_text = _slot(TraceQuestion, "address_reason_text")
_TraceQuestion_trace_priority_code = _slot(TraceQuestion, "trace_priority_code")
_TraceQuestion_trace_illicit_nature = _slot(TraceQuestion, "trace_illicit_nature")
_TraceQuestion_firearm = _slot(TraceQuestion, "firearm")
_TraceQuestion_trace_intended_use = _slot(TraceQuestion, "trace_intended_use")
_TraceQuestion_requested_information_code = _slot(TraceQuestion, "requested_information_code")
_TraceQuestion_prior_search = _slot(TraceQuestion, "prior_search")
_TraceQuestion_forward_consent_code = _slot(TraceQuestion, "forward_consent_code")
_TraceQuestion_respond_by_date = _slot(TraceQuestion, "respond_by_date")
_TraceQuestion_trace_possessor = _slot(TraceQuestion, "trace_possessor")
_TraceQuestion_finding = _slot(TraceQuestion, "finding")
_TraceQuestion_contact_point = _slot(TraceQuestion, "contact_point")


def _read_TraceQuestion(e: Any) -> TraceQuestion:
    v: TraceQuestion = _new(TraceQuestion)
    it = iter(e)
    n = next(it, _END)
    _TraceQuestion_chain_id(v, n.text)
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ParentTraceId":
        _TraceQuestion_parent_trace_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceQuestion_parent_trace_id(v, None)
    if t == "{urn:iarms:exchange:payload:1}ForwardedByAgencyId":
        _TraceQuestion_forwarded_by_agency_id(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceQuestion_forwarded_by_agency_id(v, None)
    _TraceQuestion_responder_country(v, _CountryCode_OF[n.text])
    n = next(it, _END)
    _TraceQuestion_address_reason_code(v, _AddressReasonCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}AddressReasonText":
        _TraceQuestion_address_reason_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceQuestion_address_reason_text(v, None)
    _TraceQuestion_trace_priority_code(v, _TracePriorityCode_OF[n.text])
    n = next(it, _END)
    _TraceQuestion_trace_illicit_nature(v, _read_TraceIllicitNature(n))
    n = next(it, _END)
    _TraceQuestion_firearm(v, _read_Firearm(n))
    n = next(it, _END)
    _TraceQuestion_trace_intended_use(v, _read_TraceIntendedUse(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RequestedInformationCode":
        requested_information_code = []
        while t == "{urn:iarms:exchange:payload:1}RequestedInformationCode":
            requested_information_code.append(_RequestedInformationCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
        _TraceQuestion_requested_information_code(v, tuple(requested_information_code))
    else:
        _TraceQuestion_requested_information_code(v, ())
    if t == "{urn:iarms:exchange:payload:1}PriorSearch":
        _TraceQuestion_prior_search(v, _read_PriorSearch(n))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceQuestion_prior_search(v, None)
    _TraceQuestion_forward_consent_code(v, _ForwardConsentCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}RespondByDate":
        _TraceQuestion_respond_by_date(v, _read_date(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceQuestion_respond_by_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}TracePossessor":
        trace_possessor = []
        while t == "{urn:iarms:exchange:payload:1}TracePossessor":
            trace_possessor.append(_read_TracePossessor(n))
            n = next(it, _END)
            t = n.tag
        _TraceQuestion_trace_possessor(v, tuple(trace_possessor))
    else:
        _TraceQuestion_trace_possessor(v, ())
    if t == "{urn:iarms:exchange:payload:1}Finding":
        finding = []
        while t == "{urn:iarms:exchange:payload:1}Finding":
            finding.append(_read_Finding(n))
            n = next(it, _END)
            t = n.tag
        _TraceQuestion_finding(v, tuple(finding))
    else:
        _TraceQuestion_finding(v, ())
    if t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point = []
        while t == "{urn:iarms:exchange:payload:1}ContactPoint":
            contact_point.append(_read_ContactPoint(n))
            n = next(it, _END)
            t = n.tag
        _TraceQuestion_contact_point(v, tuple(contact_point))
    else:
        _TraceQuestion_contact_point(v, ())
    return v


_TraceReceived_context = _slot(TraceReceived, "context")
_TraceReceived_trace_act = _slot(TraceReceived, "trace_act")
_TraceReceived_received_act_number = _slot(TraceReceived, "received_act_number")
_TraceReceived_received_timestamp = _slot(TraceReceived, "received_timestamp")
_TraceReceived_office_state_code = _slot(TraceReceived, "office_state_code")
_TraceReceived_office_opens_timestamp = _slot(TraceReceived, "office_opens_timestamp")
_TraceReceived_acknowledge_by_timestamp = _slot(TraceReceived, "acknowledge_by_timestamp")
_TraceReceived_answer_by_timestamp = _slot(TraceReceived, "answer_by_timestamp")
_TraceReceived_note_text = _slot(TraceReceived, "note_text")
_TraceReceived_office_calendar = _slot(TraceReceived, "office_calendar")


def _read_TraceReceived(e: Any) -> TraceReceived:
    v: TraceReceived = _new(TraceReceived)
    it = iter(e)
    n = next(it, _END)
    _TraceReceived_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceReceived_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceReceived_received_act_number(v, int(n.text))
    n = next(it, _END)
    _TraceReceived_received_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _TraceReceived_office_state_code(v, _OfficeStateCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}OfficeOpensTimestamp":
        _TraceReceived_office_opens_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceReceived_office_opens_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}AcknowledgeByTimestamp":
        _TraceReceived_acknowledge_by_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceReceived_acknowledge_by_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}AnswerByTimestamp":
        _TraceReceived_answer_by_timestamp(v, _read_timestamp(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceReceived_answer_by_timestamp(v, None)
    if t == "{urn:iarms:exchange:payload:1}NoteText":
        _TraceReceived_note_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceReceived_note_text(v, None)
    if t == "{urn:iarms:exchange:payload:1}OfficeCalendar":
        _TraceReceived_office_calendar(v, _read_OfficeCalendar(n))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceReceived_office_calendar(v, None)
    return v


_TraceReminder_context = _slot(TraceReminder, "context")
_TraceReminder_trace_act = _slot(TraceReminder, "trace_act")
_TraceReminder_trace_deadline_code = _slot(TraceReminder, "trace_deadline_code")
_TraceReminder_due_timestamp = _slot(TraceReminder, "due_timestamp")
_TraceReminder_reminder_number = _slot(TraceReminder, "reminder_number")
_TraceReminder_escalated_indicator = _slot(TraceReminder, "escalated_indicator")
_TraceReminder_reminder_text = _slot(TraceReminder, "reminder_text")


def _read_TraceReminder(e: Any) -> TraceReminder:
    v: TraceReminder = _new(TraceReminder)
    it = iter(e)
    n = next(it, _END)
    _TraceReminder_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceReminder_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceReminder_trace_deadline_code(v, _TraceDeadlineCode_OF[n.text])
    n = next(it, _END)
    _TraceReminder_due_timestamp(v, _read_timestamp(n.text))
    n = next(it, _END)
    _TraceReminder_reminder_number(v, int(n.text))
    n = next(it, _END)
    _TraceReminder_escalated_indicator(v, n.text == "true")
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ReminderText":
        _TraceReminder_reminder_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceReminder_reminder_text(v, None)
    return v


_TraceReopen_context = _slot(TraceReopen, "context")
_TraceReopen_trace_act = _slot(TraceReopen, "trace_act")
_TraceReopen_reason_text = _slot(TraceReopen, "reason_text")


def _read_TraceReopen(e: Any) -> TraceReopen:
    v: TraceReopen = _new(TraceReopen)
    it = iter(e)
    n = next(it, _END)
    _TraceReopen_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceReopen_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceReopen_reason_text(v, n.text)
    return v


_TraceTerms_acknowledge_seconds_quantity = _slot(TraceTerms, "acknowledge_seconds_quantity")
_TraceTerms_answer_seconds_quantity = _slot(TraceTerms, "answer_seconds_quantity")


def _read_TraceTerms(e: Any) -> TraceTerms:
    v: TraceTerms = _new(TraceTerms)
    it = iter(e)
    n = next(it, _END)
    _TraceTerms_acknowledge_seconds_quantity(v, int(n.text))
    n = next(it, _END)
    _TraceTerms_answer_seconds_quantity(v, int(n.text))
    return v


_TraceRequest_context = _slot(TraceRequest, "context")
_TraceRequest_trace_act = _slot(TraceRequest, "trace_act")
_TraceRequest_trace_question = _slot(TraceRequest, "trace_question")
_TraceRequest_trace_terms = _slot(TraceRequest, "trace_terms")


def _read_TraceRequest(e: Any) -> TraceRequest:
    v: TraceRequest = _new(TraceRequest)
    it = iter(e)
    n = next(it, _END)
    _TraceRequest_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceRequest_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceRequest_trace_question(v, _read_TraceQuestion(n))
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}TraceTerms":
        _TraceRequest_trace_terms(v, _read_TraceTerms(n))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceRequest_trace_terms(v, None)
    return v


_TraceResponse_context = _slot(TraceResponse, "context")
_TraceResponse_trace_act = _slot(TraceResponse, "trace_act")
_TraceResponse_trace_answer = _slot(TraceResponse, "trace_answer")


def _read_TraceResponse(e: Any) -> TraceResponse:
    v: TraceResponse = _new(TraceResponse)
    it = iter(e)
    n = next(it, _END)
    _TraceResponse_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceResponse_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceResponse_trace_answer(v, _read_TraceAnswer(n))
    return v


_TraceStatus_context = _slot(TraceStatus, "context")
_TraceStatus_trace_act = _slot(TraceStatus, "trace_act")
_TraceStatus_inquiry_status_code = _slot(TraceStatus, "inquiry_status_code")
_TraceStatus_expected_answer_date = _slot(TraceStatus, "expected_answer_date")
_TraceStatus_status_text = _slot(TraceStatus, "status_text")


def _read_TraceStatus(e: Any) -> TraceStatus:
    v: TraceStatus = _new(TraceStatus)
    it = iter(e)
    n = next(it, _END)
    _TraceStatus_context(v, _read_Context(n))
    n = next(it, _END)
    _TraceStatus_trace_act(v, _read_TraceAct(n))
    n = next(it, _END)
    _TraceStatus_inquiry_status_code(v, _InquiryStatusCode_OF[n.text])
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}ExpectedAnswerDate":
        _TraceStatus_expected_answer_date(v, _read_date(n.text))
        n = next(it, _END)
        t = n.tag
    else:
        _TraceStatus_expected_answer_date(v, None)
    if t == "{urn:iarms:exchange:payload:1}StatusText":
        _TraceStatus_status_text(v, n.text)
        n = next(it, _END)
        t = n.tag
    else:
        _TraceStatus_status_text(v, None)
    return v


_TrustDocuments_root_version = _slot(TrustDocuments, "root_version")
_TrustDocuments_directory_version = _slot(TrustDocuments, "directory_version")
_TrustDocuments_beacon_number = _slot(TrustDocuments, "beacon_number")
_TrustDocuments_state_digest = _slot(TrustDocuments, "state_digest")
_TrustDocuments_wanted_indicator = _slot(TrustDocuments, "wanted_indicator")
_TrustDocuments_key_log_checkpoint = _slot(TrustDocuments, "key_log_checkpoint")
_TrustDocuments_bundle_part = _slot(TrustDocuments, "bundle_part")


def _read_TrustDocuments(e: Any) -> TrustDocuments:
    v: TrustDocuments = _new(TrustDocuments)
    it = iter(e)
    n = next(it, _END)
    _TrustDocuments_root_version(v, int(n.text))
    n = next(it, _END)
    _TrustDocuments_directory_version(v, int(n.text))
    n = next(it, _END)
    _TrustDocuments_beacon_number(v, int(n.text))
    n = next(it, _END)
    _TrustDocuments_state_digest(v, n.text)
    n = next(it, _END)
    _TrustDocuments_wanted_indicator(v, n.text == "true")
    n = next(it, _END)
    t = n.tag
    if t == "{urn:iarms:exchange:payload:1}KeyLogCheckpoint":
        key_log_checkpoint = []
        while t == "{urn:iarms:exchange:payload:1}KeyLogCheckpoint":
            key_log_checkpoint.append(n.text)
            n = next(it, _END)
            t = n.tag
        _TrustDocuments_key_log_checkpoint(v, tuple(key_log_checkpoint))
    else:
        _TrustDocuments_key_log_checkpoint(v, ())
    if t == "{urn:iarms:exchange:payload:1}BundlePart":
        bundle_part = []
        while t == "{urn:iarms:exchange:payload:1}BundlePart":
            bundle_part.append(n.text)
            n = next(it, _END)
            t = n.tag
        _TrustDocuments_bundle_part(v, tuple(bundle_part))
    else:
        _TrustDocuments_bundle_part(v, ())
    return v


_WideSearchRequest_context = _slot(WideSearchRequest, "context")
_WideSearchRequest_search = _slot(WideSearchRequest, "search")


def _read_WideSearchRequest(e: Any) -> WideSearchRequest:
    v: WideSearchRequest = _new(WideSearchRequest)
    it = iter(e)
    n = next(it, _END)
    _WideSearchRequest_context(v, _read_Context(n))
    n = next(it, _END)
    _WideSearchRequest_search(v, _read_Search(n))
    return v


_READERS: dict[str, Any] = {
    "{urn:iarms:exchange:payload:1}Availability": _read_Availability,
    "{urn:iarms:exchange:payload:1}DeliveryStatement": _read_DeliveryStatement,
    "{urn:iarms:exchange:payload:1}DirectoryAck": _read_DirectoryAck,
    "{urn:iarms:exchange:payload:1}DispositionNotice": _read_DispositionNotice,
    "{urn:iarms:exchange:payload:1}Fault": _read_Fault,
    "{urn:iarms:exchange:payload:1}FirearmRecordResult": _read_FirearmRecordResult,
    "{urn:iarms:exchange:payload:1}FirearmRecordStatusChange": _read_FirearmRecordStatusChange,
    "{urn:iarms:exchange:payload:1}FirearmRecordSubmit": _read_FirearmRecordSubmit,
    "{urn:iarms:exchange:payload:1}FirearmRecordUpdate": _read_FirearmRecordUpdate,
    "{urn:iarms:exchange:payload:1}HitClose": _read_HitClose,
    "{urn:iarms:exchange:payload:1}HitConfirmRequest": _read_HitConfirmRequest,
    "{urn:iarms:exchange:payload:1}HitConfirmResponse": _read_HitConfirmResponse,
    "{urn:iarms:exchange:payload:1}HitNotice": _read_HitNotice,
    "{urn:iarms:exchange:payload:1}HitReceipt": _read_HitReceipt,
    "{urn:iarms:exchange:payload:1}HitRevoke": _read_HitRevoke,
    "{urn:iarms:exchange:payload:1}HitSeizure": _read_HitSeizure,
    "{urn:iarms:exchange:payload:1}HitStatusNotice": _read_HitStatusNotice,
    "{urn:iarms:exchange:payload:1}KeptMessages": _read_KeptMessages,
    "{urn:iarms:exchange:payload:1}OfficeHoursNotice": _read_OfficeHoursNotice,
    "{urn:iarms:exchange:payload:1}Receipt": _read_Receipt,
    "{urn:iarms:exchange:payload:1}RecordBatch": _read_RecordBatch,
    "{urn:iarms:exchange:payload:1}RecordBatchReport": _read_RecordBatchReport,
    "{urn:iarms:exchange:payload:1}RecordExtract": _read_RecordExtract,
    "{urn:iarms:exchange:payload:1}RecordRead": _read_RecordRead,
    "{urn:iarms:exchange:payload:1}ResendRequest": _read_ResendRequest,
    "{urn:iarms:exchange:payload:1}ReviewConfirm": _read_ReviewConfirm,
    "{urn:iarms:exchange:payload:1}ReviewDue": _read_ReviewDue,
    "{urn:iarms:exchange:payload:1}SearchBatch": _read_SearchBatch,
    "{urn:iarms:exchange:payload:1}SearchBatchReport": _read_SearchBatchReport,
    "{urn:iarms:exchange:payload:1}SearchRequest": _read_SearchRequest,
    "{urn:iarms:exchange:payload:1}SearchResponse": _read_SearchResponse,
    "{urn:iarms:exchange:payload:1}SeizureNotice": _read_SeizureNotice,
    "{urn:iarms:exchange:payload:1}StatQuery": _read_StatQuery,
    "{urn:iarms:exchange:payload:1}StatReport": _read_StatReport,
    "{urn:iarms:exchange:payload:1}TraceAck": _read_TraceAck,
    "{urn:iarms:exchange:payload:1}TraceAttachment": _read_TraceAttachment,
    "{urn:iarms:exchange:payload:1}TraceCancel": _read_TraceCancel,
    "{urn:iarms:exchange:payload:1}TraceClarification": _read_TraceClarification,
    "{urn:iarms:exchange:payload:1}TraceClose": _read_TraceClose,
    "{urn:iarms:exchange:payload:1}TraceComment": _read_TraceComment,
    "{urn:iarms:exchange:payload:1}TraceCorrection": _read_TraceCorrection,
    "{urn:iarms:exchange:payload:1}TraceForward": _read_TraceForward,
    "{urn:iarms:exchange:payload:1}TraceInfo": _read_TraceInfo,
    "{urn:iarms:exchange:payload:1}TraceInfoRequest": _read_TraceInfoRequest,
    "{urn:iarms:exchange:payload:1}TraceIntroduction": _read_TraceIntroduction,
    "{urn:iarms:exchange:payload:1}TraceNoAnswer": _read_TraceNoAnswer,
    "{urn:iarms:exchange:payload:1}TraceReceived": _read_TraceReceived,
    "{urn:iarms:exchange:payload:1}TraceReminder": _read_TraceReminder,
    "{urn:iarms:exchange:payload:1}TraceReopen": _read_TraceReopen,
    "{urn:iarms:exchange:payload:1}TraceRequest": _read_TraceRequest,
    "{urn:iarms:exchange:payload:1}TraceResponse": _read_TraceResponse,
    "{urn:iarms:exchange:payload:1}TraceStatus": _read_TraceStatus,
    "{urn:iarms:exchange:payload:1}TrustDocuments": _read_TrustDocuments,
    "{urn:iarms:exchange:payload:1}WideSearchRequest": _read_WideSearchRequest,
}


def read_payload(root: Any) -> Payload:
    """The typed value of a validated root. Raises :class:`EmptyElementError`."""
    payload: Payload = _READERS[root.tag](root)
    return payload
