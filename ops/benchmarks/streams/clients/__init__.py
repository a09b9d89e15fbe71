"""Programs that stand beside the engine: they alone may use Kafka clients directly."""
