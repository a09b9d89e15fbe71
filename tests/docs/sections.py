"""Which section of the reference page stands for which model."""

from bus.connect.files import agent_block, definition, edge_block, sink_file
from bus.connect.mapping import model
from bus.connect.rate import Rate
from bus.gateway.pull import grant_file
from connectors.rest.config import Auth, Lookup, Page, Since, Verdict
from connectors.sql.config import Refill
from connectors.webhook import config as webhook
from connectors.webhook.reply import Expected, Waiting
from ops.wiring import SINKS, SOURCES

SOURCE_BLOCKS = {f"source: of kind {kind}": s.config for kind, s in SOURCES.items()}
SINK_BLOCKS = {f"sink: of kind {kind}": s.config for kind, s in SINKS.items()}

SECTIONS = {
    "A source": definition.SourceDefinition,
    "An app behind a bad line: agent": agent_block.AgentBlock,
    "Chatty devices: edge": edge_block.Edge,
    "An event: pemetaan": model.Mapping,
    "A field: kolom": model.Rule,
    "A fallback column: cadangan": model.Fallback,
    "A condition: bila, hapus, dikoreksi": model.Condition,
    "The event type by a column: peristiwa": model.Choice,
    "A personal column: ref": model.RefPart,
    "A time: dicatat, terjadi": model.Time,
    "Test rows: uji": definition.TestRow,
    "An expected event: hasil": definition.Expected,
    "When it pauses: batas": definition.Limits,
    **SOURCE_BLOCKS,
    "A table that is refilled: refill": Refill,
    "Logging in: auth": Auth,
    "A list in pages: page": Page,
    "Asking for what is new: since": Since,
    "One question for each key: lookup": Lookup,
    "What an answer means: verdicts": Verdict,
    "Who posts: auth": webhook.Auth,
    "How many posts: rate": Rate,
    "A sink": sink_file.SinkFile,
    "How an event is written: mapping": sink_file.EventSpec,
    "A field of the receiver: isi": sink_file.FieldSpec,
    "A condition: filter": sink_file.Condition,
    "Waiting: retry": sink_file.RetrySpec,
    **SINK_BLOCKS,
    "A good answer: expect": Expected,
    "When an event is given up: give_up": Waiting,
    "A grant": grant_file.GrantFile,
    "A topic of a grant: topics": grant_file.TopicGrant,
}

NAMES = {
    agent_block.AgentBlock: "agent",
    edge_block.Edge: "chatty devices",
    model.Mapping: "event",
    model.Rule: "field",
    model.Fallback: "fallback column",
    model.Condition: "condition",
    model.Choice: "event type by a column",
    model.RefPart: "personal column",
    model.Time: "time",
    definition.TestRow: "test row",
    definition.Expected: "expected event",
    definition.Limits: "limits",
    Refill: "refill",
    Auth: "login",
    Page: "pages",
    Since: "since",
    Lookup: "look-up",
    Verdict: "verdict",
    webhook.Auth: "proof",
    Rate: "pace",
    Expected: "good answer",
    Waiting: "patience",
    grant_file.TopicGrant: "granted topic",
    sink_file.EventSpec: "way of writing",
    sink_file.FieldSpec: "receiver's field",
    sink_file.Condition: "condition",
    sink_file.RetrySpec: "waiting",
}
"""What a model is called as the type of a key."""
