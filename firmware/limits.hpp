#pragma once

#include "shared/limits.hpp"

/// Every capacity of the board: its unit, the RAM it costs, and what a client sees when it is reached.
/// Constants on a chip; on a computer `--connections` and `--buffers` choose lower or higher values at start.
namespace boardwalk::limits {

// --- connections -------------------------------------------------------------------------------------

/// Connection slots. Cost: `slot_bytes_max` each, and `waiting_bytes_max` for a place in the line for a
/// buffer. All taken: one is evicted, or the newcomer waits. Users:
///   12  WebSockets at most (websocket_max)
///   12  requests, so that pages always load
inline constexpr std::size_t connections_default = 24;
inline constexpr std::size_t slot_bytes_max = 160;
inline constexpr std::size_t waiting_bytes_max = 8;
inline constexpr std::size_t connections_max = 512;

/// Steps of one connection in one turn of the loop: requests that were sent ahead, and WebSocket frames or
/// reads. Then other connections have their turn.
inline constexpr int requests_in_a_row_max = 16;
inline constexpr int websocket_steps_in_a_row_max = 64;
/// How often the loop checks deadlines: while a request is under way or a link has no slot; while all that
/// are open wait for their clients, whose shortest time is `websocket_ping_ms`; while all links are taken;
/// and while none is open.
inline constexpr std::uint32_t timer_period_ms = 50;
inline constexpr std::uint32_t calm_period_ms = 250;
inline constexpr std::uint32_t full_period_ms = 10;
inline constexpr std::uint32_t idle_poll_ms_max = 10'000;

/// Links beyond the slots: silent newcomers and those waiting for a slot (the lobby), and links that are
/// closing. Cost: `link_bytes_max` each, a place in the line for a slot, and what the port keeps of a link:
/// `socket_bytes_max` on a computer. All taken: the longest-silent goes, and the network's backlog holds the
/// next.
inline constexpr std::size_t lobby_places = 8;
inline constexpr std::size_t link_bytes_max = 8;
inline constexpr std::size_t socket_bytes_max = 16;
/// On a computer, answers to requests that came together leave together. Cost: this once, from the start.
/// What does not fit leaves by itself: a client sees nothing of it. A link that closes while some of it
/// waits for its peer lingers for `write_stall_timeout_ms` at most.
inline constexpr std::size_t held_bytes_max = 64 * 1024;
/// Links beyond those, kept free for handshakes on lwIP, which has no backlog that could hold them: with the
/// lobby, eight browsers with six connections each come in at once. All taken: the handshake gets no answer,
/// and the peer repeats it after 1 s, 3 s, 7 s. (A reset would come at once, but a browser shows that as an
/// error and does not ask again.) Cost: 200 bytes each, most of them lwIP's.
inline constexpr std::size_t handshake_places_on_lwip = 16;

/// How long a newcomer with a request waits for a slot or a buffer. Then: 503 `pool_exhausted` with
/// Retry-After.
inline constexpr std::uint32_t wait_in_line_ms_max = 2'000;
inline constexpr std::uint32_t retry_after_s = 2;

/// The server shows the most of its pools that was in use in each of so many seconds (`peak_…` in /metrics:
/// the usual interval of a scrape). Cost: 6 bytes each, and 12 bytes a slot for its busy time.
inline constexpr std::size_t peak_seconds = 15;

/// Eviction, which happens only while other connections wait. A silent link is closed after the first grace.
/// A head that is still incomplete after the second gets 408; and a connection keeps pipelined requests in a
/// buffer that others wait for no longer than that: its next answer says `Connection: close`.
inline constexpr std::uint32_t silent_grace_ms = 200;
inline constexpr std::uint32_t head_grace_ms = 250;
/// A keep-alive connection that had an answer this recently probably has its next request on the way. It is
/// not evicted; its next answer says `Connection: close` instead.
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

/// While a connection waits in line: a body or an answer that moved less than this many acknowledged bytes a
/// second over the last window is aborted (a body gets 408).
inline constexpr std::uint32_t progress_bytes_per_s_min = 256;
inline constexpr std::uint32_t progress_window_ms = 10'000;
/// The window always uses that rate. The shorter graces below use one that rises during contention: it
/// doubles every so many milliseconds, up to the bound, and falls back when contention ends. A client that
/// reads 1 KB/s is never cut.
inline constexpr std::uint32_t progress_doubles_after_ms = 2'000;
inline constexpr std::uint32_t progress_bytes_per_s_max = 1'024;
/// A client that got 503 is expected back within this time, and contention lasts as long. Otherwise the rate
/// would start from its lowest value each time that the client comes back.
inline constexpr std::uint32_t refused_comes_again_ms = 3'000;
/// If no other connection can be evicted and contention has lasted this long, a connection that lags the rate
/// by as much is dropped: a client that hardly moves goes before one that moves gets 503. An incomplete body
/// has had no effect yet, so the client may repeat it (408); an answer is reset. The price of a shorter
/// grace: a Wi-Fi that stalls is taken for an attack.
inline constexpr std::uint32_t body_grace_ms = 250;
inline constexpr std::uint32_t answer_grace_ms = 1'000;
/// Extra time that covers three TCP retransmissions, so that packet loss is not counted as a slow reader.
inline constexpr std::uint32_t answer_repeats_ms_max = 750;
/// Contention ends once no connection has waited for this long.
inline constexpr std::uint32_t crowd_pause_ms = 250;

/// How long a closing link may take to finish: it reads on, so that its last answer is not lost (RFC 9112
/// §9.6). When all links are taken it has the grace only; the network goes on with what the peer has not
/// acknowledged.
inline constexpr std::uint32_t linger_ms_max = 1'000;
inline constexpr std::uint32_t linger_grace_ms = 50;
/// lwIP only: how long unacknowledged bytes are retransmitted after the link was given up. After that the
/// peer gets a reset. Cost: up to a send buffer (6 KB) each, of the memory that all connections share.
inline constexpr std::uint32_t repeated_ms_max = 30'000;

// --- scratch buffers ----------------------------------------------------------------------------------

/// Scratch buffers, each allocated at its first use. None free: a connection waits in line, its window shut.
/// A second one keeps a state document of which the network is full, behind whose request others were sent
/// that leave no room; only while one is free that no other connection waits for.
/// Users:
///   6  changes of the settings that wait (settings_waiting_max)
///   1  the change that a worker stores
///   1  the piece of a firmware image that a worker writes
///   2  all other requests, which take turns: each holds one from its first byte to its last acknowledged one
inline constexpr std::size_t buffers_default = 10;
inline constexpr std::size_t buffers_for_requests = 2;
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
/// From the first to the last fragment of a message. Then: close 1008. While a connection waits for the
/// buffer that the unfinished message holds, the grace applies instead: close 1013.
inline constexpr std::uint32_t message_timeout_ms = 10'000;
inline constexpr std::uint32_t message_grace_ms = 1'000;
/// A WebSocket whose client has sent no message for this long (control frames do not count) is closed 1013,
/// the longest silent first, when all places are taken and another client asks for one. A browser keeps the
/// WebSockets of pages in its back/forward cache and answers pings for them; a page that a person sees sends
/// the method `ping` once a minute.
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

/// Devices of a board, and their readings and outputs in all. Cost: sizeof(Telemetry::Line) a device, one
/// history a reading. Registering more fails at start.
inline constexpr std::size_t devices_max = 4;
inline constexpr std::size_t readings_max = 16;
inline constexpr std::size_t outputs_max = 8;
/// How long one sample of a device may take, unless the device says otherwise (`Device::deadline_ms`). Then
/// its readings are faults until a sample is in time again; the log tells both.
inline constexpr std::uint32_t device_deadline_ms_default = 1'000;
/// The whole state as one document, so that it is encoded once for all clients and answered with one write.
inline constexpr std::size_t state_bytes_max = 3520;
/// What changed since the last tick, as one message for all clients. A tick that does not fit is sent as a
/// whole state. Cost: this much.
inline constexpr std::size_t delta_bytes_max = 2048;
/// How often a subscriber gets the diagnostics.
inline constexpr std::uint32_t diagnostics_period_ms = 1'000;
/// Variable parts of a route's path. Registering a route with more does not compile.
inline constexpr std::size_t path_parameters_max = 2;
/// A path that a problem repeats as its `instance`. Longer: the member is left out.
inline constexpr std::size_t instance_bytes_max = 256;
/// The name of the computer whose guest a board is. POSIX systems have names of up to 64 bytes.
inline constexpr std::size_t host_name_bytes_max = 64;
/// Samples kept of each reading. Cost: 5 bytes each of the readings that the board has, taken at the start,
/// and 8 for the moment that they share.
inline constexpr std::size_t history_samples = 300;
/// How long a new firmware has to confirm itself after its start. Then the one before starts again.
inline constexpr std::uint32_t trial_s_max = 30;
/// How often it tries to store that it is confirmed, when the storage fails: each try wears a flash. Then the
/// log says so, `state` stays `trial`, and the trial ends as one of an image that does not work.
inline constexpr unsigned confirm_tries_max = 5;
inline constexpr std::uint32_t confirm_pause_ms = 2'000;
/// Networks that a Wi-Fi scan tells, the strongest first. Cost: 48 bytes each.
inline constexpr std::size_t wifi_networks_max = 10;
/// Joining a Wi-Fi network: a try counts as failed after the first; the radio leaves a network for the
/// second; the pause before the next try doubles from the third to the fourth. Without a network for the
/// fifth, longer than a router takes to start, the board opens its own, and closes it the sixth after it has
/// joined.
inline constexpr std::uint64_t wifi_try_ms_max = 20'000;
inline constexpr std::uint64_t wifi_leave_ms = 500;
inline constexpr std::uint64_t wifi_pause_ms_min = 1'000;
inline constexpr std::uint64_t wifi_pause_ms_max = 60'000;
inline constexpr std::uint64_t wifi_outage_ms_max = 180'000;
inline constexpr std::uint64_t wifi_farewell_ms = 15'000;
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
/// Warnings and errors that are kept however many other lines follow. Other lines have the rest of the
/// places.
inline constexpr std::size_t log_warnings_kept = 16;
/// Notices that a client can cause at will are folded: those that follow one another within the first time
/// are one line, for the second time at most. The first notice is logged at once. Cost: 160 bytes a kind that
/// is being folded; one more ends the fold that was quiet for the longest time.
inline constexpr std::uint32_t log_repeat_ms = 2'000;
inline constexpr std::uint32_t log_repeat_ms_max = 60'000;
inline constexpr std::size_t log_repeats_max = outputs_max + 5;
/// On a computer: lines that wait while the console (stderr) takes none, and the longest of them. Cost: 176
/// bytes a line. All taken: the next ones are lost on the console, which says how many, and counted by
/// `log_lines_dropped_total`. The API's log has them all the same.
inline constexpr std::size_t console_lines = 128;
inline constexpr std::size_t console_line_bytes_max = 160;
/// The same on an ESP32, where a line of full length takes 11 ms of a UART at 115,200 baud. Cost: 144 bytes
/// each, and 3 KB for the stack of the task that writes them.
inline constexpr std::size_t chip_console_lines = 16;
/// How long the end of the board waits for what the console has not taken.
inline constexpr std::uint32_t console_flush_ms_max = 100;

// --- owner ---------------------------------------------------------------------------------------------

/// The set-up code may be tried so often, and for so long after the start or the button. Then: 403
/// `claim_closed`.
inline constexpr unsigned claim_tries_max = 10;
inline constexpr std::uint32_t claim_window_ms = 15 * 60'000;
/// A board that nobody has claimed says so in its log this often.
inline constexpr std::uint32_t unclaimed_reminder_ms = 24 * 3'600'000;
/// People who are signed in with a cookie. Cost: 48 bytes each. All taken: one that was not used for longest
/// ends, of the same person first.
inline constexpr std::size_t sessions_max = 8;
/// A session ends after so many seconds without a request: of a client that does not stay, and of one that
/// does; and after so many in any case.
inline constexpr std::uint32_t session_idle_s = 30 * 60;
inline constexpr std::uint32_t session_stay_s = 7 * 24 * 3'600;
inline constexpr std::uint32_t session_s_max = 30 * 24 * 3'600;
/// How often a port with a button looks at it: a shorter press is none. Held for so long it means that the
/// board is to forget its owner.
inline constexpr std::uint32_t button_poll_ms = 100;
inline constexpr std::uint32_t button_held_ms = 10'000;
/// All that is kept of people, tokens, sessions and a change of them, on a chip.
inline constexpr std::size_t owner_bytes_max = 2048;
/// How often streams of sessions are looked through for those whose time is over.
inline constexpr std::uint32_t stale_check_ms = 1'000;
/// A session's cookie with its attributes.
inline constexpr std::size_t cookie_bytes_max = 112;
/// Wrong proofs that all clients together may send at once; one more each so many milliseconds. Then: 429
/// with Retry-After. Sessions that are open notice nothing.
inline constexpr unsigned guesses_max = 5;
inline constexpr std::uint32_t guess_ms = 30'000;
/// How long a sign-in may take from its first request to its second. Then: 401 `wrong_proof`.
inline constexpr std::uint32_t challenge_s = 30;
/// Sign-ins within that time: none is taken twice. Cost: 8 bytes each. More: 503 `busy`.
inline constexpr std::size_t challenges_max = 16;

// --- workers -------------------------------------------------------------------------------------------

/// Jobs that wait for a worker. All taken: 503. Users, each with one job at a time:
///   4  devices that are sampled (devices_max)
///   1  the settings, or people and tokens
///   1  an upload's piece, or giving an image up
///   1  the confirmation of a trial
///   1  a Wi-Fi scan
inline constexpr std::size_t jobs_queued_max = 8;
/// Workers, one of which is never with a device: two devices are read at once, and a third job is in time
/// beside them. Cost: a thread each; on an ESP32 6 KB for the stack of a task each.
inline constexpr std::size_t workers_default = 3;
/// How long a job may take, unless it says otherwise, as a device's sample does. Then it is overdue: what
/// waits for it is told so (an upload's and a scan's job fails, 503 `busy` for the next), restart and
/// shutdown no longer wait for it, and on a computer a further thread does the other jobs. A healthy job
/// takes milliseconds, a Wi-Fi scan seconds.
inline constexpr std::uint32_t job_ms_max = 10'000;
/// Jobs that may be overdue at a time: all that an application has. Cost: 8 bytes each, and a thread for each
/// that is overdue.
inline constexpr std::size_t overdue_jobs_max = 8;
/// How long the end of the board waits for jobs that run. Then it leaves them behind: each step of what they
/// store leaves the old content or the new one.
inline constexpr std::uint32_t job_grace_ms = 200;
inline constexpr std::size_t workers_max = 16;

static_assert(slot_bytes_max + waiting_bytes_max + link_bytes_max + waiting_bytes_max + socket_bytes_max <=
                  200,
              "what one connection on a computer costs, its scratch buffer left out");
static_assert(idle_timeout_ms <= 0xffff, "how long a link has waited is told in 16 bits");
static_assert(devices_max + 4 == jobs_queued_max);
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
static_assert(settings_waiting_max + 1 + 1 + buffers_for_requests == buffers_default);
static_assert(confirm_tries_max * confirm_pause_ms < trial_s_max * 1'000, "all tries are in time");
static_assert(log_warnings_kept < log_lines, "else a line has no place");
static_assert(inline_body_bytes_min >= 512);
static_assert(state_bytes_max + 8 <= websocket_message_bytes_max);
static_assert(state_bytes_max + response_head_bytes_max <= buffer_bytes);
static_assert(websocket_message_bytes_max <= buffer_bytes);
static_assert(websocket_max < connections_default, "pages must always be able to load");
static_assert(json_body_bytes_max < input_bytes_max);

}  // namespace boardwalk::limits
