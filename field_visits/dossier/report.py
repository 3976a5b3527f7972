"""The report of a bundle: one HTML page in one language, made to be read by a judge and printed.

It shows; it does not prove. Whatever it says is also in the bundle as exact bytes under proofs, and the
report says where. Nothing adverse is left out: refusals, breaches, missing files and complaints have a section
of their own. Pure: from a gathered story and its exhibits, text out.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from field_visits.agreements.models import Agreement, Instalment
from field_visits.appointments.purposes import Purpose, words_for
from field_visits.attachments.models import Attachment
from field_visits.cases.models import Address
from field_visits.dossier.bundle import FORMAT, Omission
from field_visits.dossier.clock_report import clocks_section
from field_visits.dossier.exhibits import Exhibits
from field_visits.dossier.markup import Child, Html, el, join, page, pairs, picture, table
from field_visits.dossier.story import Story
from field_visits.dossier.timeline import TimelineEntry, local
from field_visits.dossier.wording import UNSAID, Language, word
from field_visits.evidence.codes import Code
from field_visits.evidence.notes import VerifierKey
from field_visits.kernel.money import Money
from field_visits.visits.outcomes import OUTCOMES
from field_visits.visits.queries import VisitFile

_STYLE = Path(__file__).with_name("report.css")
_CUSTODY = frozenset(
    {
        Code.CASE_VIEWED,
        Code.CASE_TIMELINE_VIEWED,
        Code.CASE_CLOCKS_VIEWED,
        Code.CUSTOMER_REVEALED,
        Code.ATTACHMENT_OPENED,
        Code.AGREEMENT_OPENED,
        Code.EXPORT_REQUESTED,
        Code.EXPORT_BUILT,
        Code.EXPORT_FAILED,
        Code.EXPORT_FETCHED,
    }
)
_CONTACT = (
    "contact:",
    "case:contact:",
    "consent:",
    "legal_event:",
    "appointment:",
    "message:",
    "contact_hold:",
    "visit:departure:refused",
)
# What speaks against us, besides refusals and breaches.
_ADVERSE = frozenset(
    {
        Code.ATTACHMENT_MISMATCHED,
        Code.ATTACHMENT_LOST,
        Code.MESSAGE_FAILED,
        Code.ALERT_OPENED,
        Code.APPOINTMENT_MISSED,
        Code.APPOINTMENT_EXPIRED,
        Code.AGREEMENT_SIGNED_IN_BREACH,
        Code.CASE_UPDATED,
        Code.EXPORT_FAILED,
    }
)


def write_report(
    story: Story,
    exhibits: Exhibits,
    *,
    omitted: Sequence[Omission],
    seal_key: VerifierKey,
    language: Language,
) -> str:
    """The report in one language.

    Args:
        story: What happened.
        exhibits: The files.
        omitted: Everything that the bundle leaves out, bodies included.
        seal_key: The key that seals the bundle.
        language: zh or en.
    """
    return _Report(story, exhibits, tuple(omitted), seal_key, language).text()


@dataclass(frozen=True)
class _Report:
    story: Story
    exhibits: Exhibits
    omitted: tuple[Omission, ...]
    seal_key: VerifierKey
    language: Language

    def text(self) -> str:
        sections = (
            ("catalogue", self.t("证据目录", "Catalogue of evidence"), self.catalogue()),
            ("debt", self.t("债权依据", "Basis of the debt"), self.debt()),
            ("contacts", self.t("联系与预约经过", "Contacts and appointments"), self.contacts()),
            ("visits", self.t("外访记录", "Visits"), self.visits()),
            ("media", self.t("照片与文件", "Photographs and files"), self.media()),
            ("agreement", self.t("还款协议", "Agreement"), self.agreements()),
            ("adverse", self.t("不利事项", "Adverse items"), self.adverse()),
            ("custody", self.t("保管与查阅记录", "Custody log"), self.custody()),
            ("integrity", self.t("完整性与核验方法", "Integrity, and how to verify it"), self.integrity()),
            ("system", self.t("系统说明", "Statement about the system"), self.system()),
            ("clocks", self.t("法律期限", "Legal clocks"), self.clocks()),
            ("timeline", self.t("全部登记条目", "Every entry"), self.timeline()),
        )
        numbered = (
            el("section", el("h2", el("span", number, class_="number"), title), content, id=name)
            for number, (name, title, content) in enumerate(sections, start=1)
        )
        title = self.t("外访证据报告", "Evidence of home visits")
        return page(
            language="zh-CN" if self.language is Language.ZH else "en",
            title=f"{title} · {self.story.file.case.reference}",
            style=_STYLE.read_text(encoding="utf-8"),
            body=join(self.cover(title), *numbered),
        )

    # -- words -----------------------------------------------------------------------------------

    def t(self, zh: str, en: str) -> str:
        return zh if self.language is Language.ZH else en

    def w(self, value: str | None) -> str:
        return UNSAID if value is None else word(value, self.language)

    def at(self, instant: datetime | None) -> str:
        return UNSAID if instant is None else local(instant, self.story.zone)

    def person(self, user: UUID | None) -> str:
        found = None if user is None else self.story.people.get(user)
        if found is None:
            return UNSAID if user is None else str(user)[:8]
        badge = found.badge and self.t(f"工号 {found.badge}", f"badge {found.badge}")
        return " · ".join(part for part in (found.name, badge) if part) or str(found.id)[:8]

    def nothing(self, zh: str, en: str) -> Html:
        return el("p", self.t(zh, en), class_="none")

    def mark(self, zh: str, en: str, *, mood: str = "") -> Html:
        return el("span", self.t(zh, en), class_=f"mark {mood}".strip())

    # -- sections --------------------------------------------------------------------------------

    def cover(self, title: str) -> Html:
        story, file = self.story, self.story.file
        first, last = story.entries[0].received_at, story.entries[-1].received_at
        return el(
            "header",
            el("div", story.organisation.name, class_="org"),
            el("h1", title),
            el("p", self.t("案件编号", "Case") + f" {file.case.reference}", class_="sub"),
            pairs(
                (self.t("债权人", "Creditor"), file.case.creditor),
                (
                    self.t("债务人", "Debtor"),
                    join(file.customer.name or self.erased(), f" ({file.customer.reference})"),
                ),
                (self.t("记录期间", "Period"), f"{self.at(first)} — {self.at(last)}"),
                (self.t("导出事由", "Reason for this export"), story.export.reason),
                (self.t("申请人", "Requested by"), self.requester()),
                (self.t("申请时间", "Requested at"), self.at(story.export.requested_at)),
                (self.t("出具时间", "Issued at"), self.at(story.gathered_at)),
                (self.t("条目数", "Entries"), f"{len(story.entries)}"),
                (self.t("格式版本", "Format"), FORMAT),
                (self.t("案件标识", "Case id"), el("code", str(file.case.id))),
            ),
            el(
                "p",
                self.t(
                    "本报告便于阅读；证明力在于证据包内的原始字节及其证明。整包散列见领取记录与封签文件 "
                    "tagmanifest-sha256.txt.sig。核验方法见第 9 节，无需信任出具方。",
                    "This report is for reading; the proof lies in the exact bytes of the bundle and their proofs. The seal over the "
                    "whole is tagmanifest-sha256.txt.sig. Section 9 says how to check it without trusting the issuer.",
                ),
                class_="foot",
            ),
            class_="cover",
        )

    def requester(self) -> str:
        one = self.story.requested_by
        return " · ".join(part for part in (one.name, one.badge) if part) or str(one.id)

    def erased(self) -> str:
        return self.t("（已依法删除）", "(erased)")

    def catalogue(self) -> Html:
        rows: list[tuple[Child, ...]] = []
        log = self.t("本机构证据日志", "the organisation's evidence log")
        original = self.t("电子数据原件", "electronic original")

        def add(name: str, source: str, proves: str, pages: str, kind: str) -> None:
            rows.append((str(len(rows) + 1), name, source, proves, pages, kind))

        dates = f"{self.story.entries[0].received_at.date()} — {self.story.entries[-1].received_at.date()}"
        add(
            self.t(
                f"案件全部登记条目（{len(self.story.entries)} 条，{dates}）",
                f"Every entry of the case ({len(self.story.entries)}, {dates})",
            ),
            f"{log}; data/entries/",
            self.t(
                "联系、外访、协议的全过程及其未被改动",
                "the whole course of contacts, visits and agreements, and that it was not altered",
            ),
            str(len(self.story.entries)),
            original,
        )
        for number, one in enumerate(self.story.visits, start=1):
            add(
                self.t(f"外访记录 {number}", f"Visit record {number}") + f" ({one.visit.departed_at.date()})",
                self.t("外访人员手机登记", "recorded by the crew") + f": {self.person(one.visit.lead_id)}",
                self.t(
                    "何时到达何处、接触何人、结果如何",
                    "when and where the crew arrived, whom it met, what came of it",
                ),
                UNSAID,
                self.t("电子数据可读输出", "readable output of electronic data"),
            )
        for attachment in self.story.attachments:
            if not self.exhibits.has(attachment.sha256):
                continue
            add(
                f"{self.w(attachment.kind)} {self.number_of(attachment)} ({attachment.expected_at.date()})",
                f"{self.person(attachment.expected_from)}; data/objects/{attachment.sha256[:12]}…",
                self.t("当时现场所见", "what was seen there and then"),
                str(self.exhibits.pages.get(attachment.sha256, 1)),
                original,
            )
        for document in self.exhibits.documents:
            digest = sha256(document.pdf).hexdigest()
            add(
                self.t("分期还款协议（已签章）", "Instalment agreement, sealed"),
                f"data/agreement/{digest[:12]}….pdf",
                self.t(
                    "双方约定的还款计划及客户签署", "the plan that was agreed and the customer's signature"
                ),
                str(self.exhibits.pages.get(digest, UNSAID)),
                original,
            )
        add(
            self.t("检查点与证明", "Checkpoints and proofs"),
            f"{log}; data/checkpoints/",
            self.t(
                "上列条目自登记以来未被改动、无缺号",
                "that none of the above changed since it was logged, and none is missing",
            ),
            str(1 + len(self.story.proven.older)),
            original,
        )
        return join(
            el(
                "p",
                self.t(
                    "依法释〔2019〕19号第十九条，逐一编号，载明来源、证明对象与日期。",
                    "Numbered as art. 19 of the SPC's evidence rules (法释〔2019〕19号) asks: source, what it is to prove, date.",
                ),
                class_="soft small",
            ),
            table(
                (
                    self.t("编号", "No."),
                    self.t("名称", "Name"),
                    self.t("来源", "Source"),
                    self.t("证明对象", "What it proves"),
                    self.t("页数", "Pages"),
                    self.t("原件/复制件", "Original or copy"),
                ),
                rows,
            ),
        )

    def clocks(self) -> Html:
        places = {entry.id: entry.place for entry in self.story.entries}
        told = self.story.clocks
        return clocks_section(told, places, language=self.language, as_of=self.at(told.as_of))

    def debt(self) -> Html:
        file = self.story.file
        money = [
            (
                self.at(one.as_of),
                str(Money(one.principal_minor, one.currency)),
                str(Money(one.interest_minor, one.currency)),
                str(Money(one.fees_minor, one.currency)),
                str(one.total),
            )
            for one in file.balances
        ]
        return join(
            pairs(
                (self.t("委托日", "Placed on"), file.case.placed_on.isoformat()),
                (
                    self.t("退案日", "Recall on"),
                    None if file.case.recall_on is None else file.case.recall_on.isoformat(),
                ),
                (
                    self.t("到期日", "Due on"),
                    None if file.case.due_on is None else file.case.due_on.isoformat(),
                ),
                (self.t("案件状态", "State of the case"), self.w(file.case.state)),
                (self.t("适用规则包", "Rule packs"), ", ".join(file.case.packs)),
                *((self.t("地址", "Address"), self.address(one)) for one in file.addresses),
            ),
            el("h3", self.t("欠款余额（本金单列）", "Balances, principal apart")),
            table(
                (
                    self.t("截至", "As of"),
                    self.t("本金", "Principal"),
                    self.t("利息", "Interest"),
                    self.t("费用", "Fees"),
                    self.t("合计", "Total"),
                ),
                list(money),
                class_="money",
            ),
            el("h3", self.t("还款", "Payments")),
            table(
                (
                    self.t("时间", "Paid at"),
                    self.t("金额", "Amount"),
                    self.t("方式", "Method"),
                    self.t("状态", "State"),
                ),
                [
                    (
                        self.at(one.paid_at),
                        str(Money(one.amount_minor, one.currency)),
                        self.w(one.method),
                        self.w(one.state),
                    )
                    for one in file.payments
                ],
            )
            if file.payments
            else self.nothing("期间无登记还款。", "No payment was recorded."),
        )

    def address(self, one: Address) -> str:
        shown = " ".join(part for part in (one.city, one.street, one.house_number, one.unit) if part)
        extra = [self.w(one.kind), self.w(one.state)]
        if one.is_approximate:
            extra.append(self.t("位置为近似值", "position is approximate"))
        return f"{shown or self.erased()} ({', '.join(extra)})"

    def contacts(self) -> Html:
        chosen = [one for one in self.story.entries if one.code.value.startswith(_CONTACT)]
        holds = self.story.file.contact_holds
        return join(
            el(
                "p",
                self.t(
                    "各渠道的每次联系与预约，无论准许或拒绝；判定所依规则、来源与参数一并列出。",
                    "Every contact and appointment in every channel, allowed or refused, with the rules that decided.",
                ),
                class_="soft small",
            ),
            self.entry_table(chosen)
            if chosen
            else self.nothing("期间无登记联系。", "No contact was recorded."),
            el("h3", self.t("暂停联系", "Contact holds")),
            table(
                (
                    self.t("事由", "Kind"),
                    self.t("自", "Since"),
                    self.t("至/复核", "Until or review"),
                    self.t("状态", "State"),
                ),
                [
                    (
                        self.w(one.kind),
                        self.at(one.since),
                        self.at(one.expires_at)
                        if one.expires_at
                        else (one.review_on.isoformat() if one.review_on else UNSAID),
                        self.w(one.state),
                    )
                    for one in holds
                ],
            )
            if holds
            else self.nothing("未曾暂停联系。", "No contact hold was placed."),
        )

    def visits(self) -> Html:
        if not self.story.visits:
            return self.nothing("期间无外访。", "There was no visit.")
        return join(*(self.visit(number, one) for number, one in enumerate(self.story.visits, start=1)))

    def visit(self, number: int, one: VisitFile) -> Html:
        visit = one.visit
        appointment = next(
            (
                each.appointment
                for each in self.story.appointments
                if each.appointment.id == visit.appointment_id
            ),
            None,
        )
        outcome = None if visit.outcome is None else OUTCOMES.get(visit.outcome)
        is_breach = any(each.is_breach for each in self.story.entries if each.subject_id == visit.id)
        position = (
            UNSAID
            if visit.placement is None
            else f"{self.w(visit.placement)}"
            + (
                ""
                if visit.arrival_distance_m is None
                else self.t("，距地址 ", ", ")
                + f"{visit.arrival_distance_m:.0f} m"
                + self.t("", " from the address")
            )
            + ("" if visit.arrival_accuracy_m is None else f" (±{visit.arrival_accuracy_m:.0f} m)")
        )
        return el(
            "div",
            el(
                "h3",
                self.t(f"外访 {number}", f"Visit {number}"),
                " ",
                self.mark("有违规", "in breach", mood="alarm")
                if is_breach
                else self.mark("未记录违规", "no breach on record", mood="good"),
            ),
            pairs(
                (
                    self.t("告知客户的时段", "Window promised"),
                    None
                    if appointment is None
                    else f"{self.at(appointment.window_from)} — {self.at(appointment.window_to)}",
                ),
                (
                    self.t("告知的事由", "Purpose stated"),
                    None
                    if appointment is None or appointment.purpose not in set(Purpose)
                    else words_for(appointment.purpose, self.language.value),
                ),
                (
                    self.t("通知时间", "Notice given"),
                    None if appointment is None else self.at(appointment.notice_at),
                ),
                (
                    self.t("人员", "Crew"),
                    "; ".join(self.person(person) for person in (visit.lead_id, visit.partner_id) if person),
                ),
                (self.t("出发", "Set out"), self.at(visit.departed_at)),
                (self.t("到达", "Arrived"), self.at(visit.arrived_at)),
                (self.t("离开", "Ended"), self.at(visit.finished_at)),
                (self.t("定位", "Position"), position),
                (self.t("接触对象", "Met"), self.w(visit.person_met)),
                (self.t("身份核验", "Identity proved by"), self.w(visit.identity_proof)),
                (
                    self.t("结果", "Outcome"),
                    None
                    if outcome is None
                    else f"{outcome.zh if self.language is Language.ZH else outcome.en} ({outcome.code})",
                ),
                (self.t("记录", "Note"), visit.note),
                (
                    self.t("文件", "Files"),
                    self.t(
                        f"{one.proof.verified}/{one.proof.files} 已核验",
                        f"{one.proof.verified} of {one.proof.files} verified",
                    ),
                ),
            ),
            class_="card",
        )

    def media(self) -> Html:
        if not self.story.attachments:
            return self.nothing("无照片或文件。", "There are no files.")
        return join(
            el(
                "p",
                self.t(
                    "此处为缩略图；原始文件未作任何改动，按 SHA-256 存于 data/objects/。照片自带时间与位置仅为其自述。",
                    "These are small copies; the originals lie untouched in data/objects/ under their SHA-256. "
                    "What a file says of its own time and place is a claim.",
                ),
                class_="soft small",
            ),
            el("div", *(self.figure(one) for one in self.story.attachments), class_="photos"),
        )

    def figure(self, one: Attachment) -> Html:
        small = self.exhibits.thumbnails.get(one.sha256)
        is_good = one.state == "verified" and self.exhibits.has(one.sha256)
        claims: dict[str, Any] = one.claims or {}
        name = f"{self.w(one.kind)} {self.number_of(one)}"
        return el(
            "figure",
            None if small is None else picture(small, "image/jpeg", alt=name),
            el(
                "figcaption",
                el(
                    "p",
                    el("strong", name),
                    " ",
                    self.mark(self.w(one.state), self.w(one.state), mood="good" if is_good else "alarm"),
                ),
                el("p", self.t("登记哈希：", "Hash logged: "), self.at(one.expected_at)),
                el("p", self.t("文件到达：", "Bytes received: "), self.at(one.received_at)),
                el("p", self.t("登记人：", "By: "), self.person(one.expected_from)),
                el("p", self.t("文件自述时间：", "The file claims: "), str(claims["taken_at"]))
                if claims.get("taken_at")
                else None,
                el("p", el("span", one.sha256, class_="hash")),
            ),
        )

    def number_of(self, one: Attachment) -> int:
        return self.story.attachments.index(one) + 1

    def agreement_number(self, one: Agreement) -> int:
        return [each.id for each, _ in self.story.agreements].index(one.id) + 1

    def agreements(self) -> Html:
        if not self.story.agreements:
            return self.nothing("未达成协议。", "No agreement was drafted.")
        return join(*(self.agreement(one, rows) for one, rows in self.story.agreements))

    def agreement(self, one: Agreement, rows: Iterable[Instalment]) -> Html:
        instalments = list(rows)
        return el(
            "div",
            el(
                "h3",
                self.t(f"协议 {self.agreement_number(one)}", f"Agreement {self.agreement_number(one)}"),
                " ",
                self.mark(self.w(one.state), self.w(one.state)),
            ),
            pairs(
                (self.t("总额", "Total"), str(Money(one.total_minor, one.currency))),
                (self.t("提出时间", "Offered at"), self.at(one.offered_at)),
                (
                    self.t("批准人", "Approved by"),
                    None if one.approved_by is None else self.person(one.approved_by),
                ),
                (self.t("签署时间", "Signed at"), self.at(one.signed_at)),
                (
                    self.t("签署方式", "How it was signed"),
                    " · ".join(part for part in (one.signing_method, one.signing_grade) if part),
                ),
                (self.t("条款散列", "Hash of the terms"), el("span", one.terms_hash, class_="hash")),
                (self.t("签章时间", "Sealed at"), self.at(one.sealed_at)),
                (
                    self.t("签章文件", "Sealed document"),
                    None
                    if one.sealed_sha256 is None
                    else el("span", f"data/agreement/{one.sealed_sha256}.pdf", class_="hash"),
                ),
            ),
            table(
                (
                    self.t("期次", "No."),
                    self.t("到期日", "Due on"),
                    self.t("金额", "Amount"),
                    self.t("履行", "Met at"),
                ),
                [
                    (
                        str(row.no),
                        row.due_on.isoformat(),
                        str(Money(row.amount_minor, row.currency)),
                        self.at(row.met_at),
                    )
                    for row in instalments
                ],
            )
            if instalments
            else None,
            class_="card" if len(instalments) < 14 else "",  # noqa: PLR2004 - a longer plan breaks over pages
        )

    def adverse(self) -> Html:
        chosen = [
            one for one in self.story.entries if one.is_breach or one.is_refusal or one.code in _ADVERSE
        ]
        return join(
            el(
                "p",
                self.t(
                    "对出具方不利的事项一并列出：被拒绝的操作、违规、缺失或不一致的文件、更正、未成的预约与删除的内容。",
                    "What speaks against the issuer is shown too: refusals, breaches, files missing or other than announced, corrections, "
                    "missed appointments, and what was left out.",
                ),
                class_="soft small",
            ),
            self.entry_table(chosen) if chosen else self.nothing("无此类条目。", "There is no such entry."),
            el("h3", self.t("未收录的部分", "What is not in this bundle")),
            table(
                (self.t("部分", "Part"), self.t("原因", "Why")),
                [(el("span", one.part, class_="hash"), one.reason) for one in self.omitted],
            )
            if self.omitted
            else self.nothing("全部收录，无省略。", "Nothing was left out."),
        )

    def custody(self) -> Html:
        chosen = [one for one in self.story.entries if one.code in _CUSTODY]
        return join(
            el(
                "p",
                self.t(
                    "法务每次查阅、打开原件、导出、领取均自动登记。领取本证据包的记录在其制作之后，见后续日志。",
                    "Every view by legal, opening of an original, export and fetch is logged by itself. That this bundle was fetched is "
                    "logged after it was made.",
                ),
                class_="soft small",
            ),
            table(
                (
                    self.t("时间", "When"),
                    self.t("何人", "Who"),
                    self.t("何事", "What"),
                    self.t("序号", "Index"),
                ),
                [
                    (
                        self.at(one.received_at),
                        one.who.shown(self.language),
                        one.sentence(self.language),
                        one.place,
                    )
                    for one in chosen
                ],
            ),
        )

    def integrity(self) -> Html:
        proven = self.story.proven
        keys = [*proven.keys, self.seal_key]
        return join(
            el(
                "div",
                el(
                    "p",
                    self.t(
                        "每一条目的原始字节散列后登入只增不改的默克尔树（RFC 6962），其根由日志密钥签名。任何事后改动都会使下列核验失败，并指出被改的部分。",
                        "The exact bytes of each entry are hashed into an append-only Merkle tree (RFC 6962) whose root the log key signs. "
                        "Any later change makes the check below fail and names the part.",
                    ),
                ),
                el("pre", f"python3 verify.py BUNDLE.zip --key '{keys[0]}' --key '{self.seal_key}'"),
                el(
                    "p",
                    self.t(
                        "公钥请从出具方网站、书面文件或卷宗取得，勿只用包内者；逐字核对下列指纹。不用我们的程序的核验步骤（sha256sum、openssl、pdfsig）见 VERIFY.md。",
                        "Take the keys from outside this bundle and compare their fingerprints digit by digit. VERIFY.md shows the same "
                        "checks with sha256sum, openssl and pdfsig.",
                    ),
                ),
                class_="note",
            ),
            pairs(
                (self.t("日志", "Log"), el("code", keys[0].name)),
                (self.t("日志条数", "Size"), str(proven.head.size)),
                (
                    self.t("根", "Root"),
                    el("span", base64.b64encode(proven.head.root).decode(), class_="hash"),
                ),
                (self.t("签名时间", "Signed at"), self.at(proven.head.created_at)),
                (self.t("案件编号至", "Entries of this case"), f"1 — {len(self.story.entries)}"),
            ),
            el("h3", self.t("公钥指纹（SHA-256）", "Fingerprints of the keys (SHA-256)")),
            pairs(
                *(
                    (
                        self.t("封签密钥", "Seal of the bundle")
                        if key == self.seal_key
                        else self.t("日志密钥", "Log"),
                        join(el("code", str(key)), el("br"), el("span", key.fingerprint, class_="hash")),
                    )
                    for key in keys
                )
            ),
            el(
                "h3", self.t("更早的检查点（均延续至最新）", "Older checkpoints, all continued by the newest")
            ),
            table(
                (self.t("条数", "Size"), self.t("签名时间", "Signed at"), self.t("根", "Root")),
                [
                    (
                        str(one.size),
                        self.at(one.created_at),
                        el("span", base64.b64encode(one.root).decode(), class_="hash"),
                    )
                    for one in proven.older
                ],
            )
            if proven.older
            else self.nothing("无。", "None."),
            el(
                "p",
                self.t(
                    "不能证明的：现场是否如照片所示；从未上报之事；检查点之后发生之事。设备所报时间只是主张，以服务器时间区间为准。",
                    "What this cannot show: that a scene was as photographed, what was never reported, what happened after the "
                    "checkpoint. A time told by a device is a claim; the server's bracket counts.",
                ),
                class_="soft small",
            ),
        )

    def system(self) -> Html:
        lines = (
            (
                "业务数据与其登记条目在同一数据库事务中写入，缺一则均不生效；数据库触发器拒绝无条目的变更。",
                (
                    "Business rows and their entry are written in one database transaction, or neither is; triggers of the database refuse a "
                    "change without an entry."
                ),
            ),
            (
                "条目按案件连续编号，并与前一条相链接；由独立进程排序并每秒签名，该进程独有日志密钥。",
                (
                    "Entries are numbered within their case and linked to the one before; a process of its own, alone with the log key, orders "
                    "them and signs within about a second."
                ),
            ),
            (
                "照片等文件由手机先登记哈希，服务器收到后重新计算；原件不改写，缩略图另存。",
                (
                    "The phone announces a file's hash first; the server hashes the received bytes again; originals are never rewritten and "
                    "small copies are separate."
                ),
            ),
            (
                "每次预约、出发、提出协议、签署前由规则引擎判定，拒绝亦予登记；到达与结果如属违规，照实登记并标注。",
                (
                    "Booking, setting out, offering and signing are judged by rules first, and refusals are logged; an arrival or outcome against "
                    "the rules is logged as it was, as a breach."
                ),
            ),
            (
                "个人信息存于可依法删除的部分，条目只留加盐散列，故删除不影响任何证明；删除之处均有标注。",
                (
                    "Personal data lie in a part that can be erased; entries keep salted hashes, so that erasure breaks no proof. What was erased "
                    "is marked."
                ),
            ),
            (
                "在检查点由外部见证之前，系统管理员理论上可整体改写日志；请以您或第三方持有的旧检查点为据。",
                (
                    "Before an outsider has witnessed a checkpoint, an administrator could rewrite the whole log; rely on checkpoints that you "
                    "or a third party hold."
                ),
            ),
        )
        return el("ul", *(el("li", self.t(*line)) for line in lines))

    def timeline(self) -> Html:
        return self.entry_table(self.story.entries, with_receipt=True)

    # -- entries ---------------------------------------------------------------------------------

    def entry_table(self, entries: Iterable[TimelineEntry], *, with_receipt: bool = False) -> Html:
        head = (
            self.t("序号", "Index"),
            self.t("发生时间（主张）· 收到", "Happened (claimed) · received"),
            self.t("何事", "What"),
            self.t("何人", "Who"),
        )
        return table(
            head,
            [
                (
                    one.place,
                    self.times(one),
                    join(
                        self.told(one), el("div", one.receipt, class_="hash soft") if with_receipt else None
                    ),
                    one.who.shown(self.language),
                )
                for one in entries
            ],
            class_="entries",
        )

    def times(self, one: TimelineEntry) -> Html:
        if one.occurred_at == one.received_at:
            return join(self.at(one.received_at))
        return join(
            self.at(one.occurred_at),
            el("div", self.t("收到 ", "received "), self.at(one.received_at), class_="soft small"),
        )

    def told(self, one: TimelineEntry) -> Html:
        return join(
            one.sentence(self.language),
            " ",
            self.mark("违规", "breach", mood="alarm") if one.is_breach else None,
            self.mark("拒绝", "refused", mood="alarm") if one.is_refusal else None,
            self.reasons(one),
        )

    def reasons(self, one: TimelineEntry) -> Html | None:
        decision = one.decision
        if decision is None or not decision["reasons"]:
            return None
        items = [
            el(
                "li",
                f"{reason['rule_id']} — {self.w(reason['verdict'])}: {reason['detail']} "
                f"[{reason['figure']}] ({reason['source']})",
            )
            for reason in decision["reasons"]
        ]
        if decision.get("next_lawful_at"):
            items.append(
                el(
                    "li",
                    self.t("最早合规时间：", "Lawful again from: "),
                    self.at(datetime.fromisoformat(decision["next_lawful_at"])),
                )
            )
        return el("ul", *items, class_="reasons")
