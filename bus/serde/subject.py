"""Registry subjects: one per record name and topic (TopicRecordNameStrategy)."""


def subject_for(topic: str, fullname: str) -> str:
    """The subject of a record type on a topic.

    `ops/docs/architecture/subjects.md` says why not one per topic.

    Args:
        topic: full topic name, `k3325.sosial.santunan.fact.v1`.
        fullname: namespace and record name, `id.go.pemda.sosial.SantunanDiajukan`.
    """
    return f"{topic}-{fullname}"
