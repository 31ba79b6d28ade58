#include "firmware/app/wifi/scan.hpp"

#include <algorithm>

#include "firmware/app/problems.hpp"
#include "firmware/core/utf8.hpp"

namespace boardwalk::app {

namespace {

/// An SSID is bytes; what is no text is shown as question marks.
FixedString<32> shown(std::string_view ssid) {
    std::array<char, 32> text;
    const bool utf8 = is_utf8(ssid);
    std::ranges::transform(ssid, text.begin(), [utf8](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !utf8) ? '?' : c;
    });
    FixedString<32> seen;
    (void)seen.assign({text.data(), ssid.size()});
    return seen;
}

}  // namespace

WifiScan::WifiScan(WifiRadio* radio, server::Workers& workers, Jobs& jobs, Log& log)
    : radio_(radio), workers_(workers), jobs_(jobs), log_(log) {
    work_.Job::run = &WifiScan::run;
    work_.Job::finish = &WifiScan::finish;
    work_.self = this;
}

bool WifiScan::start() {
    if (jobs_[JobKind::wifi_scan].active()) return true;
    if (scanning_) return false;
    scanning_ = true;  // first: workers that are done before they return are done with it
    if (!workers_.submit(work_)) {
        scanning_ = false;
        return false;
    }
    since_ms_ = 0;
    jobs_.start(JobKind::wifi_scan);
    if (!scanning_) tell();
    return true;
}

void WifiScan::turn(std::uint64_t now_ms) {
    if (!jobs_[JobKind::wifi_scan].active()) return;
    if (since_ms_ == 0) since_ms_ = now_ms;
    if (now_ms - since_ms_ > limits::job_ms_max) fail();
}

void WifiScan::run(server::Job& job) {
    Work& work = static_cast<Work&>(job);
    work.found = 0;
    work.worked = work.self->radio_->scan(work.networks, work.found);
    std::sort(work.networks.begin(), work.networks.begin() + static_cast<std::ptrdiff_t>(work.found),
              [](const WifiNetwork& a, const WifiNetwork& b) { return a.rssi_dbm > b.rssi_dbm; });
}

void WifiScan::finish(server::Job& job) {
    Work& work = static_cast<Work&>(job);
    WifiScan& self = *work.self;
    self.scanning_ = false;
    if (self.jobs_[JobKind::wifi_scan].active()) self.tell();  // else it was given up
}

void WifiScan::tell() {
    if (!work_.worked) return fail();
    jobs_.finish(JobKind::wifi_scan, write_result, this);
}

void WifiScan::fail() {
    log_.write_repeated(Notice::scan, 0, LogLevel::warning, {"the radio could not scan"});
    jobs_.fail(JobKind::wifi_scan, problem_of(Refusal::radio_failed));
}

void WifiScan::write_result(const void* scan, JsonWriter& json) {
    const WifiScan& self = *static_cast<const WifiScan*>(scan);
    json.begin_object().member("simulated", self.radio_->simulated()).key("networks").begin_array();
    for (const WifiNetwork& network : std::span(self.work_.networks).first(self.work_.found)) {
        json.begin_object()
            .member("ssid", shown(network.ssid).view())
            .member("rssi_dbm", network.rssi_dbm)
            .member("channel", network.channel)
            .member("secure", network.secure)
            .end_object();
    }
    json.end_array().end_object();
}

}  // namespace boardwalk::app
