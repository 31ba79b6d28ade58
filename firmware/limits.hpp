#pragma once

#include "shared/limits.hpp"

/// Every capacity of the board: its unit, the RAM it costs, and what a client sees when it is reached.
/// Constants on a chip; on a computer `--connections` and `--buffers` choose lower or higher values at start.
namespace boardwalk::limits {

// --- connections -------------------------------------------------------------------------------------

/// Connection slots. Cost: sizeof(Connection) each. All taken: one is evicted, or the newcomer waits.
inline constexpr std::size_t connections_default = 24;
inline constexpr std::size_t connections_max = 512;

/// Links beyond the slots: silent newcomers and those waiting for a slot (the lobby), and links that are
/// closing. Cost: sizeof(Link) each. All taken: the longest-silent goes, and the network's backlog holds the
/// next.
inline constexpr std::size_t lobby_places = 8;
/// Links beyond those, kept free for handshakes on lwIP, which has no backlog that could hold them: with the
/// lobby, eight browsers with six connections each come in at once. All taken: no answer, and the peer
/// repeats its handshake after 1 s, 3 s, 7 s. (A reset would be there at once, and so would a browser's error
/// page: it does not ask again.) Cost: 200 bytes each, most of them lwIP's.
inline constexpr std::size_t handshake_places_on_lwip = 16;

/// How long a newcomer with a request waits for a slot or a buffer. Then: 503 `pool_exhausted` with
/// Retry-After.
inline constexpr std::uint32_t wait_in_line_ms_max = 2'000;
inline constexpr std::uint32_t retry_after_s = 2;

/// The server shows the most of its pools that was in use in each of so many seconds (`peak_…` in /metrics:
/// the usual interval of a scrape). Cost: 6 bytes each, and 12 bytes a slot for its busy time.
inline constexpr std::size_t peak_seconds = 15;

/// Eviction (only while somebody needs the slot). A silent link goes after the first; a head that is still
/// incomplete after the second gets 408, and requests sent ahead keep a buffer that others wait for no longer
/// than that: the next answer says `Connection: close`.
inline constexpr std::uint32_t silent_grace_ms = 200;
inline constexpr std::uint32_t head_grace_ms = 250;
/// A keep-alive connection that was busy this recently has its next request on the way: it is left alone, and
/// told `Connection: close` with its next answer instead.
inline constexpr std::uint32_t idle_grace_ms = 50;

// --- the four timeouts, none optional ----------------------------------------------------------------

/// From the first byte of a request to the end of its head; single bytes do not move it. Then: 408.
inline constexpr std::uint32_t head_timeout_ms = 10'000;
/// Between two pieces of a request's body. Then: 408.
inline constexpr std::uint32_t body_timeout_ms = 10'000;
/// Between two requests on a connection, and before the first byte. Then: closed.
inline constexpr std::uint32_t idle_timeout_ms = 60'000;
/// Without a single byte of an answer acknowledged. Then: reset.
inline constexpr std::uint32_t write_stall_timeout_ms = 10'000;

/// While anyone waits in line: a body or an answer that moved less than this many acknowledged bytes a second
/// over the last window is aborted (a body is told 408).
inline constexpr std::uint32_t progress_bytes_per_s_min = 256;
inline constexpr std::uint32_t progress_window_ms = 10'000;
/// That rate holds for the window. The rate that the shorter graces below go by rises while others wait: it
/// doubles each time that they have waited for as long as this, up to a bound, and falls back when none waits
/// any more. A client that reads 1 KB/s is never cut.
inline constexpr std::uint32_t progress_doubles_after_ms = 2'000;
inline constexpr std::uint32_t progress_bytes_per_s_max = 1'024;
/// A client that was told 503 is expected back within this time, so contention goes on meanwhile: else the
/// rate would begin at its lowest each time that the client comes again.
inline constexpr std::uint32_t refused_comes_again_ms = 3'000;
/// When nobody else can go, and others have been waiting for as long, one that has fallen behind that rate by
/// as much goes already: a client that hardly moves goes before one that moves is told 503. Nothing was acted
/// on while a body is incomplete, so a repeat is harmless (408); an answer is reset. Cost of a shorter one: a
/// stalled Wi-Fi is taken for an attack.
inline constexpr std::uint32_t body_grace_ms = 250;
inline constexpr std::uint32_t answer_grace_ms = 1'000;
/// On top of an answer's grace: what is lost three times on its way is repeated within that, and is none of
/// its reader's doing.
inline constexpr std::uint32_t answer_repeats_ms_max = 750;
/// Others are waiting until nobody has for this long.
inline constexpr std::uint32_t crowd_pause_ms = 250;

/// How long a closing link may take to finish (RFC 9112 §9.6: it reads on, so that its last answer is not
/// lost). When all links are taken, for as long as the grace; what its peer has not acknowledged by then is
/// left to the network.
inline constexpr std::uint32_t linger_ms_max = 1'000;
inline constexpr std::uint32_t linger_grace_ms = 50;
/// On lwIP, for so long from then on: one whose answer did not arrive in this time sees a reset. Cost: up to
/// a send buffer (6 KB) each, of the memory that all share.
inline constexpr std::uint32_t repeated_ms_max = 30'000;

// --- scratch buffers ----------------------------------------------------------------------------------

/// Scratch buffers, each allocated at its first use. None free: a connection waits in line, its window shut.
inline constexpr std::size_t buffers_default = 10;
inline constexpr std::size_t buffers_max = 256;
inline constexpr std::size_t buffer_bytes = 4096;
/// Behind each buffer: a control frame still fits behind a full message (RFC 6455 §5.4: it may come between
/// fragments).
inline constexpr std::size_t buffer_slack_bytes = 144;
/// Buffers kept when the board has been idle for this long.
inline constexpr std::size_t buffers_baseline = 2;
inline constexpr std::uint32_t buffers_shrink_after_ms = 30'000;

// --- one request --------------------------------------------------------------------------------------

/// Part of a scratch buffer that holds what came in; the rest is left for the answer.
inline constexpr std::size_t input_bytes_max = 2560;
/// Request line and field lines. Above: 431. Of a head that is larger, the field lines that the board does
/// not read (Cookie, User-Agent, …) are dropped as they come, and do not count: a browser sends the cookies
/// of every service on the same host, whatever its port is.
inline constexpr std::size_t head_bytes_max = 2560;
/// What is dropped of one head, so that an endless one ends. Above: 431. No cost: it is not kept.
inline constexpr std::size_t head_unread_bytes_max = 16 * 1024;
/// Request target. Above: 414.
inline constexpr std::size_t target_bytes_max = 1024;
/// Field lines in a request. Above: 431.
inline constexpr std::size_t fields_max = 64;
/// A JSON body. Above: 413. Where head and body do not fit the input part together, the field lines that the
/// board does not read (Cookie, User-Agent, …) are dropped before the body comes: a body of full size is
/// taken behind any head of which `head_bytes_beside_body` or less is read. More of both together: 413.
inline constexpr std::size_t json_body_bytes_max = 2048;
inline constexpr std::size_t head_bytes_beside_body = input_bytes_max - json_body_bytes_max;
/// Extensions of chunks and trailer fields in one body, which are read over. Above: 400.
inline constexpr std::size_t body_overhead_bytes_max = 1024;
/// A body that is streamed (firmware) comes in pieces of this size, a sector of most flash chips: the whole
/// scratch buffer of its connection, and nothing on top. Its slack takes the framing of chunks.
inline constexpr std::size_t piece_bytes = buffer_bytes;
/// Head of an answer. Asserted: every answer's head fits.
inline constexpr std::size_t response_head_bytes_max = 576;
/// What a handler can always write at once, whatever else is in the buffer.
inline constexpr std::size_t inline_body_bytes_min = buffer_bytes - input_bytes_max - response_head_bytes_max;

// --- WebSocket ------------------------------------------------------------------------------------------

/// A WebSocket that sent nothing for this long is pinged; without any answer for as long again it is closed
/// 1001.
inline constexpr std::uint32_t websocket_ping_ms = 15'000;
/// From the first to the last fragment of a message. Then: close 1008; and 1013 after the grace already, when
/// somebody waits for the buffer that the unfinished message holds.
inline constexpr std::uint32_t message_timeout_ms = 10'000;
inline constexpr std::uint32_t message_grace_ms = 1'000;
/// A WebSocket whose client has sent no message of its own for this long (pings and pongs are none) makes
/// way, the longest silent first, when all places are taken and another client asks for one: close 1013. A
/// browser keeps the WebSockets of pages that it only remembers, and answers pings for them. A page that is
/// looked at sends the method `ping` once a minute.
inline constexpr std::uint32_t websocket_silence_ms_max = 300'000;
/// A WebSocket that acknowledges nothing of what was sent for this long is closed 1013.
inline constexpr std::uint32_t websocket_stall_ms = 15'000;
/// A frame is only sent while no more than this is unacknowledged; a transport takes such a frame whole.
inline constexpr std::size_t websocket_unacknowledged_bytes_max = 1024;
/// The longest answer to a client's own message, with its header. Answers do not wait for acknowledgements:
/// they are bounded by what the network holds for one link (on lwIP 5,760 bytes, of what all links share).
/// While there is no room for one more, nothing is read from the client.
inline constexpr std::size_t websocket_answer_bytes_max = 1'028;
/// The longest frame that the board sends: diagnostics with all slots of a chip's board, each with an IPv6
/// peer. More slots than fit are left out of it. Cost: this much, and as much of a network stack's memory.
inline constexpr std::size_t websocket_frame_bytes_max = 4608;

// --- application -------------------------------------------------------------------------------------------

/// Readings and outputs of a board. Cost: one history each reading. Registering more fails at start.
inline constexpr std::size_t readings_max = 16;
inline constexpr std::size_t outputs_max = 8;
/// The whole state as one document, so that it is encoded once for all clients and answered with one write.
inline constexpr std::size_t state_bytes_max = 3520;
/// Samples kept of each reading. Cost: 5 bytes each, and 8 for the moment that all readings share.
inline constexpr std::size_t history_samples = 300;
/// How long a new firmware has to confirm itself after its start. Then the one before starts again.
inline constexpr std::uint32_t trial_s_max = 30;
/// How often it tries to store that it is confirmed, when the storage fails: each try wears a flash. Then the
/// log says so, `state` stays `trial`, and the trial ends as one of an image that does not work.
inline constexpr unsigned confirm_tries_max = 5;
inline constexpr std::uint32_t confirm_pause_ms = 2'000;
/// Networks that a Wi-Fi scan tells, the strongest first. Cost: 48 bytes each.
inline constexpr std::size_t wifi_networks_max = 10;
/// A job as one document: its frame is encoded once for all clients. A Wi-Fi scan's result is the longest:
/// 32 bytes of SSID, each of which may need a backslash, and 56 around them.
inline constexpr std::size_t job_bytes_max = 256 + wifi_networks_max * 120;
/// Changes of the settings that wait while another one is stored. Cost: the buffer of each. All taken: 503
/// `busy` with Retry-After.
inline constexpr std::size_t settings_waiting_max = 6;
/// The settings as one document, every text at its maximum and escaped. With what a backup puts around it, it
/// is a JSON body: a backup can always be restored. Larger: 422. Cost: twice this.
inline constexpr std::size_t settings_bytes_max = json_body_bytes_max - 128;
/// A file of `app::Storage`: its name (an ESP32's NVS takes 15 bytes) and its content.
inline constexpr std::size_t storage_name_bytes_max = 15;
inline constexpr std::size_t storage_file_bytes_max = settings_bytes_max;
/// Log lines kept, and their text. Older lines are a `gap`. Cost: 160 bytes each.
inline constexpr std::size_t log_lines = 48;
inline constexpr std::size_t log_text_bytes_max = 120;
/// So many warnings and errors are kept however much is told besides. The others have the rest of the places.
inline constexpr std::size_t log_warnings_kept = 16;
/// Notices that a client can repeat as it likes are one line for as long as they follow one another within
/// the first, and at most for the second. The first of them is told at once. Cost: 160 bytes for each that is
/// under way; with more, the one that was quiet for the longest time ends.
inline constexpr std::uint32_t log_repeat_ms = 2'000;
inline constexpr std::uint32_t log_repeat_ms_max = 60'000;
inline constexpr std::size_t log_repeats_max = outputs_max + 4;
/// On a computer: lines that wait while the console (stderr) takes none, and the longest of them. Cost: 176
/// bytes a line. All taken: the next ones are lost on the console, which says how many, and counted by
/// `log_lines_dropped_total`. The API's log has them all the same.
inline constexpr std::size_t console_lines = 128;
inline constexpr std::size_t console_line_bytes_max = 160;
/// How long the end of the board waits for what the console has not taken.
inline constexpr std::uint32_t console_flush_ms_max = 100;

// --- workers
// ---------------------------------------------------------------------------------------------------

/// Jobs that wait for a worker. All taken: 503.
inline constexpr std::size_t jobs_queued_max = 8;
inline constexpr std::size_t workers_default = 2;
/// How long a job may take. Then it is overdue: what waits for it is told so (an upload's and a scan's job
/// fails, 503 `busy` for the next), restart and shutdown no longer wait for it, and on a computer a further
/// thread does the other jobs. A healthy job takes milliseconds, a Wi-Fi scan seconds.
inline constexpr std::uint32_t job_ms_max = 10'000;
/// Jobs that may be overdue at a time: all that an application has. Cost: 8 bytes each, and a thread while
/// one is.
inline constexpr std::size_t overdue_jobs_max = 8;
/// How long the end of the board waits for jobs that run. Then it leaves them behind: each step of what they
/// store leaves the old content or the new one.
inline constexpr std::uint32_t job_grace_ms = 200;
inline constexpr std::size_t workers_max = 16;

static_assert(head_bytes_max <= input_bytes_max);
static_assert(progress_bytes_per_s_min <= progress_bytes_per_s_max && progress_bytes_per_s_max <= 1'024,
              "a reader of 1 KB/s is never cut");
static_assert(progress_doubles_after_ms >= answer_grace_ms + answer_repeats_ms_max,
              "those that a rate cuts have gone before it rises");
static_assert(refused_comes_again_ms > retry_after_s * 1'000,
              "or a refused client comes to a new contention");
static_assert(websocket_silence_ms_max > 2 * websocket_ping_ms,
              "a client that has gone is noticed by its missing pongs first");
static_assert(head_grace_ms <= body_grace_ms && body_grace_ms <= answer_grace_ms);
static_assert(answer_grace_ms < wait_in_line_ms_max, "else a newcomer is told 503 first");
static_assert(settings_waiting_max + 1 < buffers_default, "others need buffers, too");
static_assert(confirm_tries_max * confirm_pause_ms < trial_s_max * 1'000, "all tries are in time");
static_assert(log_warnings_kept < log_lines, "else a line has no place");
static_assert(inline_body_bytes_min >= 512);
static_assert(state_bytes_max + 8 <= websocket_message_bytes_max);
static_assert(state_bytes_max + response_head_bytes_max <= buffer_bytes);
static_assert(websocket_message_bytes_max <= buffer_bytes);
static_assert(websocket_max < connections_default, "pages must always be able to load");
static_assert(json_body_bytes_max < input_bytes_max);

}  // namespace boardwalk::limits
