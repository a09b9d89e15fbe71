<?php
/**
 * OPD bus client for PHP apps: one file, PHP 5.6 or later, only curl and json.
 *
 * Send an event: it is on this server's disk before send() returns, and goes to the bus
 * now or later, in order. A bus or a line that is away costs nothing but time.
 *
 *   require 'opdbus.php';
 *   $bus = new OpdBus('https://bus.example.go.id/kios/kejadian', $secret, '/var/spool/opdbus');
 *   $bus->send(array('no' => 'B-012', 'layanan' => 'KTP'), 'antrian-B-012-2026-03-02');
 *
 * The second argument names the event for ever (table, key and version of the row): the
 * same name is never counted twice. Run `php opdbus.php flush URL FOLDER` from cron, with
 * the secret in the variable OPDBUS_WEBHOOK_SECRET, for what could not be sent at once.
 *
 * Check what the bus posts to you (headers and body as they came):
 *
 *   $event = OpdBus::verify($secret, $_SERVER, file_get_contents('php://input'));
 *
 * Signatures are Standard Webhooks (https://www.standardwebhooks.com). Messages are for
 * the app's log; they never show the secret or the body.
 */

class OpdBusError extends Exception
{
}

class OpdBus
{
    const MOST_EVENTS = 10000;
    const MOST_BYTES = 1048576;
    const TOLERANCE_SECONDS = 300;

    private $url;
    private $secret;
    private $spool;
    private $most;
    private $timeout;

    /**
     * @param string $url     where the bus takes this app's posts
     * @param string $secret  shared secret, at least 16 characters, or `whsec_...`
     * @param string $spool   folder outside the web root, writable by PHP and cron
     * @param array  $options `most` events that may wait (10000), `timeout` seconds (10)
     * @throws OpdBusError the folder cannot be used, or the secret is too short
     */
    public function __construct($url, $secret, $spool, array $options = array())
    {
        if (strlen($secret) < 16) {
            throw new OpdBusError('opdbus: the secret has fewer than 16 characters');
        }
        $this->url = $url;
        $this->secret = self::key($secret);
        $this->spool = rtrim($spool, '/');
        $this->most = isset($options['most']) ? (int) $options['most'] : self::MOST_EVENTS;
        $this->timeout = isset($options['timeout']) ? (int) $options['timeout'] : 10;
        foreach (array('antri', 'ditolak') as $name) {
            $folder = $this->spool . '/' . $name;
            if (!is_dir($folder) && !@mkdir($folder, 0700, true) && !is_dir($folder)) {
                throw new OpdBusError("opdbus: cannot make the folder $folder");
            }
        }
    }

    /**
     * Keep one event on disk, then try to send what waits.
     *
     * @param array  $data  the body; columns as the connector file of the bus names them
     * @param string $id    name of the event, at most 200 characters; '' makes one
     * @return bool whether nothing waits any more; false: it goes later, nothing is lost
     * @throws OpdBusError the event is NOT kept: spool full, disk full, data not JSON
     */
    public function send(array $data, $id = '')
    {
        $body = json_encode($data);
        if ($body === false) {
            throw new OpdBusError('opdbus: not JSON: ' . json_last_error_msg());
        }
        if (strlen($body) > self::MOST_BYTES) {
            throw new OpdBusError('opdbus: the event has more than ' . self::MOST_BYTES . ' bytes');
        }
        if ($id === '') {
            $id = hash('sha256', $body . uniqid('', true) . mt_rand());
        }
        if (strlen($id) > 200 || preg_match('/[^\x21-\x7e]/', $id)) {
            throw new OpdBusError('opdbus: the id must be up to 200 visible ASCII characters');
        }
        $this->keep($id, $body);
        $result = $this->flush(min($this->timeout, 3));
        return $result['waiting'] === 0;
    }

    /**
     * Send what waits, oldest first; one process at a time, the others return at once.
     *
     * @param int $seconds stop after so many
     * @return array `sent`, `refused` (moved to the folder ditolak), `waiting`, `reason`
     */
    public function flush($seconds = 60)
    {
        $sent = 0;
        $refused = 0;
        $reason = '';
        $lock = $this->lock('kirim', LOCK_EX | LOCK_NB);
        if ($lock === null) {
            return $this->told($sent, $refused, 'another process is sending');
        }
        $until = microtime(true) + $seconds;
        foreach ($this->waiting() as $name) {
            if (microtime(true) >= $until) {
                $reason = 'time is up';
                break;
            }
            $path = $this->spool . '/antri/' . $name;
            $kept = json_decode((string) file_get_contents($path), true);
            if (!is_array($kept) || !isset($kept['id'], $kept['body'])) {
                rename($path, $this->spool . '/ditolak/' . $name);
                $refused++;
                continue;
            }
            list($verdict, $reason) = $this->post($kept['id'], $kept['body']);
            if ($verdict === 'later') {
                break;
            }
            if ($verdict === 'taken') {
                unlink($path);
                $sent++;
            } else {
                rename($path, $this->spool . '/ditolak/' . $name);
                $refused++;
            }
        }
        flock($lock, LOCK_UN);
        fclose($lock);
        return $this->told($sent, $refused, $reason);
    }

    /**
     * Check the signature and age of what the bus posted.
     *
     * @param string $secret    shared secret; several, separated by blanks, while it changes
     * @param array  $headers   $_SERVER, or header name => value
     * @param string $body      the raw body, not $_POST
     * @param int    $tolerance seconds the clocks may differ
     * @return array the event: `type`, `timestamp`, `data`, and `id` to recognise repetitions
     * @throws OpdBusError not from the bus, too old, or no JSON: answer 401
     */
    public static function verify($secret, array $headers, $body, $tolerance = self::TOLERANCE_SECONDS)
    {
        $found = array();
        foreach ($headers as $name => $value) {
            $name = strtolower(str_replace('_', '-', (string) $name));
            $found[preg_replace('/^http-/', '', $name)] = $value;
        }
        foreach (array('webhook-id', 'webhook-timestamp', 'webhook-signature') as $name) {
            if (!isset($found[$name]) || !is_string($found[$name]) || $found[$name] === '') {
                throw new OpdBusError("opdbus: header $name is missing");
            }
        }
        $time = $found['webhook-timestamp'];
        if (!preg_match('/^[0-9]{1,12}$/D', $time) || abs(time() - (int) $time) > $tolerance) {
            throw new OpdBusError('opdbus: too old, or a clock is wrong');
        }
        $right = false;
        foreach (explode(' ', trim($secret)) as $one) {
            $made = self::signature(self::key($one), $found['webhook-id'], $time, $body);
            foreach (explode(' ', $found['webhook-signature']) as $given) {
                $right = hash_equals($made, $given) || $right;
            }
        }
        if (!$right) {
            throw new OpdBusError('opdbus: the signature is wrong');
        }
        $event = json_decode($body, true, 64, JSON_BIGINT_AS_STRING);
        if (!is_array($event)) {
            throw new OpdBusError('opdbus: the body is not a JSON object');
        }
        $event['id'] = $found['webhook-id'];
        return $event;
    }

    /** One file per event, whole or not at all; names sort in order of arrival. */
    private function keep($id, $body)
    {
        $lock = $this->lock('nomor', LOCK_EX);
        $names = $this->waiting();
        $refused = count(glob($this->spool . '/ditolak/*.json'));
        if (count($names) + $refused >= $this->most) {
            flock($lock, LOCK_UN);
            fclose($lock);
            throw new OpdBusError(
                'opdbus: the spool is full: ' . count($names) . " events wait, $refused were refused;"
                . ' see why with flush, and empty the folder ditolak'
            );
        }
        $last = count($names) ? (int) substr($names[count($names) - 1], 0, 15) : 0;
        $told = (int) stream_get_contents($lock);
        $number = sprintf('%015d', max($last, $told) + 1);
        $path = $this->spool . '/antri/' . $number . '.json';
        $text = json_encode(array('id' => $id, 'body' => $body));
        $done = @file_put_contents($path . '.tmp', $text) === strlen($text);
        $done = $done && rename($path . '.tmp', $path);
        if ($done) {
            rewind($lock);
            ftruncate($lock, 0);
            fwrite($lock, $number);
            fflush($lock);
        } else {
            @unlink($path . '.tmp');
        }
        flock($lock, LOCK_UN);
        fclose($lock);
        if (!$done) {
            throw new OpdBusError("opdbus: cannot write to {$this->spool}; is the disk full?");
        }
    }

    /** @return array `taken`, `refused` or `later`, and why */
    private function post($id, $body)
    {
        $time = (string) time();
        $curl = curl_init($this->url);
        curl_setopt_array($curl, array(
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => $body,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_CONNECTTIMEOUT => min($this->timeout, 5),
            CURLOPT_TIMEOUT => $this->timeout,
            CURLOPT_HTTPHEADER => array(
                'Content-Type: application/json',
                'Expect:',
                'webhook-id: ' . $id,
                'webhook-timestamp: ' . $time,
                'webhook-signature: ' . self::signature($this->secret, $id, $time, $body)
            )
        ));
        $answer = curl_exec($curl);
        $status = (int) curl_getinfo($curl, CURLINFO_HTTP_CODE);
        $error = curl_error($curl);
        unset($curl);
        if ($answer === false) {
            return array('later', 'no answer: ' . $error);
        }
        $said = json_decode($answer, true);
        $said = is_array($said) ? $said : array();
        $code = isset($said['code']) && is_string($said['code']) ? ' ' . $said['code'] : '';
        if (($status === 200 || $status === 202) && isset($said['diterima'])) {
            return array('taken', '');
        }
        // Only the bus refuses for good; a page of a proxy or a login is no answer of it.
        if (in_array($status, array(400, 413, 422), true) && $code !== '') {
            return array('refused', 'HTTP ' . $status . $code);
        }
        return array('later', 'HTTP ' . $status . $code);
    }

    private function waiting()
    {
        $names = array();
        foreach (scandir($this->spool . '/antri') as $name) {
            if (preg_match('/^[0-9]{15}\.json$/D', $name)) {
                $names[] = $name;
            }
        }
        sort($names, SORT_STRING);
        return $names;
    }

    private function told($sent, $refused, $reason)
    {
        return array(
            'sent' => $sent,
            'refused' => $refused,
            'waiting' => count($this->waiting()),
            'reason' => $reason
        );
    }

    /** @return resource|null a locked file; null if somebody else has the lock */
    private function lock($name, $how)
    {
        $path = $this->spool . '/' . $name . '.kunci';
        $file = @fopen($path, 'c+');
        if ($file === false) {
            throw new OpdBusError("opdbus: cannot write to {$this->spool}");
        }
        if (!flock($file, $how)) {
            fclose($file);
            return null;
        }
        return $file;
    }

    private static function signature($key, $id, $time, $body)
    {
        $mac = hash_hmac('sha256', $id . '.' . $time . '.' . $body, $key, true);
        return 'v1,' . base64_encode($mac);
    }

    private static function key($secret)
    {
        if (strncmp($secret, 'whsec_', 6) !== 0) {
            return $secret;
        }
        $key = base64_decode(substr($secret, 6), true);
        if ($key === false) {
            throw new OpdBusError('opdbus: the secret begins with whsec_ but is not base64');
        }
        return $key;
    }
}

if (PHP_SAPI === 'cli' && isset($argv[0]) && realpath($argv[0]) === __FILE__) {
    if (!isset($argv[3]) || $argv[1] !== 'flush') {
        fwrite(STDERR, "usage: OPDBUS_WEBHOOK_SECRET=... php opdbus.php flush URL FOLDER\n");
        exit(2);
    }
    try {
        $bus = new OpdBus($argv[2], (string) getenv('OPDBUS_WEBHOOK_SECRET'), $argv[3]);
        $told = $bus->flush();
    } catch (OpdBusError $error) {
        fwrite(STDERR, $error->getMessage() . "\n");
        exit(1);
    }
    echo json_encode($told), "\n";
    exit($told['waiting'] === 0 ? 0 : 1);
}
