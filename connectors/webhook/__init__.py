"""Apps that post to the bus, and receivers the bus posts to."""

from bus.connect.push import PushedSource
from bus.connect.spec import SourceSpec
from connectors.webhook.config import Auth, WebhookConfig
from connectors.webhook.door import WebhookDoor
from connectors.webhook.examination import examine
from connectors.webhook.survey import BodySurveyor, surveys

SPEC = SourceSpec(
    kind="webhook",
    summary="Takes what an app posts, and answers when Kafka has it.",
    guarantee="at-least-once",
    config=WebhookConfig,
    open=lambda _, opening: PushedSource(opening.connector),
    object_name=lambda config: config.path.rpartition("/")[2],
    remembers_all=lambda _: False,
    surveys=surveys,
    survey=BodySurveyor,
    examine=examine,
    door=WebhookDoor,
    examples={
        "signed posts of one event each (Standard Webhooks)": {
            "path": "/vms/kejadian",
            "auth": {"by": "hmac", "secrets": {"vms": "${VMS_SECRET}"}},
        },
        "the business numbers of OSS, one row per project": {
            "path": "/oss/receiveNIB",
            "auth": {
                "by": "oss",
                "user": "${OSS_USER}",
                "password": "${OSS_PASSWORD}",
            },
            "rows": "dataNIB.data_proyek",
            "fields": {"nib": "dataNIB.nib", "kbli": "dataNIB.data_proyek.kbli"},
            "accepted": 200,
        },
    },
)

__all__ = ["SPEC", "Auth", "WebhookConfig"]
