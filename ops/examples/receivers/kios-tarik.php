<?php
/**
 * A kiosk keeps the state of death grants in its own MySQL table. Run it from cron each
 * minute: php kios-tarik.php
 *
 *   CREATE TABLE santunan (
 *     klaim_id VARCHAR(64) PRIMARY KEY, status VARCHAR(64) NOT NULL,
 *     waktu CHAR(24) NOT NULL, peristiwa CHAR(32) NOT NULL
 *   );
 */
require getenv('OPDBUS_PHP') ?: 'opdbus.php';

$db = new PDO(getenv('KIOS_DSN'), getenv('KIOS_USER'), getenv('KIOS_PASSWORD'));
$db->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$upsert = $db->prepare(
    'INSERT INTO santunan (klaim_id, status, waktu, peristiwa) VALUES (?, ?, ?, ?)'
    . ' ON DUPLICATE KEY UPDATE'
    . ' status = VALUES(status), waktu = VALUES(waktu), peristiwa = VALUES(peristiwa)'
);

// The events of one claim come in their order; what comes again writes the same again.
$write = function (array $events) use ($db, $upsert) {
    $db->beginTransaction();
    foreach ($events as $event) {
        $upsert->execute(array(
            $event['data']['klaim_id'],
            $event['type'],
            $event['time'],
            $event['id']
        ));
    }
    $db->commit();
};

$bus = new OpdBusPull(getenv('KIOS_BUS'), getenv('KIOS_TOKEN'), getenv('KIOS_FOLDER'));
try {
    $told = $bus->pull('sosial.santunan.fact.v1', $write, (int) getenv('KIOS_SECONDS'));
} catch (OpdBusError $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
echo json_encode($told), "\n";
exit($told['reason'] === '' ? 0 : 1);
