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
 * Or fetch what the bus has for you, where nobody can reach this server:
 *
 *   $bus = new OpdBusPull('https://bus.example.go.id', $token, '/var/spool/opdbus');
 *   $bus->pull('sosial.santunan.fact.v1', function (array $events) { ... });
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

/**
 * Fetches events from the bus. Where it stands is kept in a folder and moved only after
 * the callback has returned: what the callback was doing when the process died comes
 * again, with the same ids.
 */
class OpdBusPull
{
    const LONGEST_WAIT = 20;

    private $url;
    private $token;
    private $folder;
    private $options;

    /**
     * @param string $url     address of the bus, without /tarik
     * @param string $token   of this app
     * @param string $folder  outside the web root, writable by PHP and cron
     * @param array  $options `most` events at once (500), `timeout` seconds (10),
     *                        `start` where nothing is kept yet: awal (oldest) or akhir
     * @throws OpdBusError the folder cannot be used
     */
    public function __construct($url, $token, $folder, array $options = array())
    {
        $this->url = rtrim($url, '/');
        $this->token = $token;
        $this->folder = rtrim($folder, '/');
        $usual = array('most' => 500, 'timeout' => 10, 'start' => 'awal');
        $this->options = array_merge($usual, $options);
        if (!is_dir($this->folder) && !@mkdir($this->folder, 0700, true)) {
            throw new OpdBusError("opdbus: cannot make the folder {$this->folder}");
        }
    }

    /**
     * Fetch the events after the last ones, page by page, waiting for new ones.
     *
     * @param string   $topic    contract, `sosial.santunan.fact.v1`
     * @param callable $callback is given a list of events: `id`, `type`, `time`,
     *                           `partitionkey`, `operation`, `data` and others; when it
     *                           throws, the same events come again
     * @param int      $seconds  go on for so long; 0 is one page without waiting
     * @return array `events`, `unreadable` (told by the bus), `more` whether there is
     *               more at once, `reason` why it ended early
     * @throws OpdBusError the bus refuses for good: no right, or events are gone that
     *                     were never fetched (then see `restart`)
     */
    public function pull($topic, $callback, $seconds = 50)
    {
        $told = array('events' => 0, 'unreadable' => 0, 'more' => false, 'reason' => '');
        $path = $this->path($topic);
        $lock = @fopen($path . '.kunci', 'c');
        if ($lock === false) {
            throw new OpdBusError("opdbus: cannot write to {$this->folder}");
        }
        if (!flock($lock, LOCK_EX | LOCK_NB)) {
            fclose($lock);
            $told['reason'] = 'another process is pulling';
            return $told;
        }
        $until = microtime(true) + $seconds;
        $cursor = $this->cursor($path);
        do {
            $left = max(0, (int) ceil($until - microtime(true)));
            $wait = $told['more'] ? 0 : min($left, self::LONGEST_WAIT);
            list($said, $told['reason']) = $this->page($topic, $cursor, $wait);
            if ($said === null) {
                break;
            }
            if (isset($said['tak_terbaca'])) {
                $told['unreadable'] += count($said['tak_terbaca']);
            }
            if (count($said['peristiwa'])) {
                call_user_func($callback, $said['peristiwa']);
                $told['events'] += count($said['peristiwa']);
            }
            if ($said['kursor'] !== $cursor) {
                $cursor = $said['kursor'];
                $this->keep($path, $cursor);
            }
            $told['more'] = !empty($said['lagi']);
        } while (microtime(true) < $until);
        flock($lock, LOCK_UN);
        fclose($lock);
        return $told;
    }

    /**
     * Forget where the app stands: the next pull begins at the oldest event there is.
     *
     * @param string $topic contract
     */
    public function restart($topic)
    {
        foreach (array('', '.lama') as $end) {
            @unlink($this->path($topic) . $end);
        }
    }

    /** @return array the answer, or null and why it has to be asked again later */
    private function page($topic, $cursor, $wait)
    {
        $query = array('paling' => (int) $this->options['most'], 'tunggu' => $wait);
        if ($cursor === '') {
            $query['mulai'] = $this->options['start'];
        } else {
            $query['kursor'] = $cursor;
        }
        $url = $this->url . '/tarik/' . rawurlencode($topic);
        $curl = curl_init($url . '?' . http_build_query($query, '', '&'));
        curl_setopt_array($curl, array(
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_CONNECTTIMEOUT => min((int) $this->options['timeout'], 5),
            CURLOPT_TIMEOUT => $wait + (int) $this->options['timeout'],
            CURLOPT_HTTPHEADER => array('Authorization: Bearer ' . $this->token)
        ));
        $answer = curl_exec($curl);
        $status = (int) curl_getinfo($curl, CURLINFO_HTTP_CODE);
        $error = curl_error($curl);
        unset($curl);
        if ($answer === false) {
            return array(null, 'no answer: ' . $error);
        }
        $said = json_decode($answer, true, 64, JSON_BIGINT_AS_STRING);
        $said = is_array($said) ? $said : array();
        if ($status === 200 && isset($said['kursor'], $said['peristiwa'])) {
            return array($said, '');
        }
        $code = isset($said['code']) && is_string($said['code']) ? ' ' . $said['code'] : '';
        // Only the bus refuses for good; a page of a proxy or a login is no answer of it.
        if ($code !== '' && in_array($status, array(400, 401, 403, 410), true)) {
            $detail = isset($said['detail']) ? ': ' . $said['detail'] : '';
            throw new OpdBusError('opdbus: HTTP ' . $status . $code . $detail);
        }
        return array(null, 'HTTP ' . $status . $code);
    }

    /** The last cursor that was kept whole; '' if none ever was. */
    private function cursor($path)
    {
        $damaged = false;
        foreach (array($path, $path . '.lama') as $name) {
            if (is_file($name)) {
                $text = trim((string) file_get_contents($name));
                if (preg_match('/^[A-Za-z0-9_-]{24,}$/D', $text)) {
                    return $text;
                }
                $damaged = true;
            }
        }
        if ($damaged) {
            throw new OpdBusError(
                "opdbus: $path is damaged; restart() begins at the oldest event"
            );
        }
        return '';
    }

    /** Whole or not at all; the one before stays beside it. */
    private function keep($path, $cursor)
    {
        $done = @file_put_contents($path . '.baru', $cursor) === strlen($cursor);
        if ($done && is_file($path)) {
            $done = rename($path, $path . '.lama');
        }
        if (!$done || !rename($path . '.baru', $path)) {
            throw new OpdBusError("opdbus: cannot write to {$this->folder}; is the disk full?");
        }
    }

    private function path($topic)
    {
        if (!preg_match('/^[a-z0-9.]{3,200}$/D', $topic)) {
            throw new OpdBusError('opdbus: a topic is written like sosial.santunan.fact.v1');
        }
        return $this->folder . '/' . $topic . '.kursor';
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
