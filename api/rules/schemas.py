"""What the API says of the rules in force."""

from marshmallow import fields, validate

from api.fields import AwareTime, Day, Flag, Integer, List, Nested, QuerySchema, Schema, Sha256, Text
from field_visits.compliance.facts import Channel, ConsentKind
from field_visits.compliance.rules import BASES, CONFIDENCES
from field_visits.kernel.decision import Verdict


class RulesQuery(QuerySchema):
    """On which day."""

    on = Day(load_default=None, metadata={"description": "A day at the office; today by default."})


class PackSchema(Schema):
    """A released rule pack: a frozen file, named by its hash in every decision."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    title_zh = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "In Chinese, from the newest release that has it."},
    )
    jurisdiction = fields.String(required=True)
    version = fields.String(required=True)
    effective = Day(required=True)
    hash = Sha256(required=True, metadata={"description": "SHA-256 of the file's exact bytes."})


class ReleaseSchema(PackSchema):
    """One release of a rule pack."""

    rules = Integer(required=True, metadata={"description": "How many rules it has."})


class RulePacksSchema(Schema):
    """Every release of every pack, by id and effective day."""

    items = List(Nested(ReleaseSchema), required=True)


class ChangesQuery(QuerySchema):
    """Of which pack, and between which releases."""

    pack = Text(max=20, required=True)
    since = Text(max=20, load_default=None, metadata={"description": "A version; the one before by default."})
    until = Text(max=20, load_default=None, metadata={"description": "A version; the newest by default."})


class RuleChangeSchema(Schema):
    """One rule that is not the same in both."""

    rule_id = fields.String(required=True)
    what = fields.String(required=True, validate=validate.OneOf(["added", "removed", "changed"]))
    fields_ = List(fields.String(), required=True, data_key="fields", attribute="fields")
    figure_before = fields.String(required=True, allow_none=True)
    figure_after = fields.String(required=True, allow_none=True)


class RulePackChangesSchema(Schema):
    """What a release changed."""

    id = fields.String(required=True)
    since = fields.String(required=True)
    until = fields.String(required=True)
    effective = Day(required=True, metadata={"description": "From when the newer one binds."})
    changes = List(Nested(RuleChangeSchema), required=True)


class RuleSchema(Schema):
    """One rule as it binds here: the released figure, or the organisation's own."""

    id = fields.String(required=True)
    pack = fields.String(required=True)
    subject = fields.String(required=True)
    subject_zh = fields.String(required=True, allow_none=True)
    channels = List(
        fields.String(validate=validate.OneOf([channel.value for channel in Channel])), required=True
    )
    figure = fields.String(required=True, metadata={"description": "In words, as it binds now."})
    released_figure = fields.String(
        required=True, metadata={"description": "In words, as the pack has it; the same, if nothing was set."}
    )
    verdict = fields.String(
        required=True,
        validate=validate.OneOf([Verdict.WARN.value, Verdict.REFUSE.value, Verdict.ALLOW.value]),
    )
    source = fields.String(required=True)
    confidence = fields.String(
        required=True,
        validate=validate.OneOf(CONFIDENCES),
        metadata={"description": "How firmly the source was read, from H to L."},
    )
    basis = fields.String(
        required=True,
        validate=validate.OneOf(BASES),
        metadata={"description": "A text of law, a practice without a text, or a default of the house."},
    )
    version = Integer(required=True)
    effective = Day(required=True)
    is_floor = Flag(required=True, metadata={"description": "Only legal's recorded sign-off loosens it."})
    is_fixed = Flag(required=True, metadata={"description": "Nobody loosens it."})
    lifted_by = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([kind.value for kind in ConsentKind])
    )
    is_own = Flag(
        required=True, metadata={"description": "Whether the organisation set a figure or verdict."}
    )
    signed_off_at = AwareTime(required=True, allow_none=True)
    signed_off_by = fields.String(
        required=True, allow_none=True, metadata={"description": "A person's name."}
    )
    note = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the organisation set it."}
    )


class RulesInForceSchema(Schema):
    """Every rule that binds the organisation on a day."""

    on = Day(required=True)
    packs = List(Nested(PackSchema), required=True)
    rules = List(Nested(RuleSchema), required=True)
