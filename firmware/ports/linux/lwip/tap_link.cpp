#include "firmware/ports/linux/lwip/tap_link.hpp"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>

namespace boardwalk::ports {
namespace {

/// How many frames are taken in a row before lwIP's answers are served.
constexpr int frames_in_a_row_max = 64;

/// A locally administered address whose end distinguishes it from others on that network. It is the same
/// after a restart, so that no neighbour's ARP cache goes stale.
std::array<std::uint8_t, 6> mac_for(const std::string& name) {
    const auto hash = std::hash<std::string>()(name);
    std::array<std::uint8_t, 6> mac = {0x02, 0x42};
    for (std::size_t i = 2; i < mac.size(); ++i)
        mac[i] = static_cast<std::uint8_t>(hash >> (8 * i));
    return mac;
}

}  // namespace

TapLink::~TapLink() {
    remove_interface();  // before the device: lwIP may say goodbye
    if (tap_ >= 0) ::close(tap_);
}

std::string TapLink::bring_up(const std::string& address, std::uint16_t) {
    tap_ = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    ifreq request{};
    std::copy_n(device_.begin(), std::min(device_.size(), sizeof request.ifr_name - 1), request.ifr_name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (tap_ < 0 || ::ioctl(tap_, TUNSETIFF, &request) != 0) {
        return "cannot open TAP device '" + device_ + "': " + std::strerror(errno);
    }
    add_interface(mac_for(device_ + address), address);
    if (address != by_dhcp || ask_for_address()) return {};
    return "no DHCP server gave an address on '" + device_ + "'";
}

void TapLink::exchange(std::uint32_t timeout_ms) {
    if (receive_some()) return;
    std::array<pollfd, 2> wait = {waker(), pollfd{.fd = tap_, .events = POLLIN, .revents = 0}};
    (void)::poll(wait.data(), wait.size(), static_cast<int>(std::min(timeout_ms, 60'000U)));
    if (wait[0].revents != 0) drain_waker();
    if (wait[1].revents != 0) (void)receive_some();
}

bool TapLink::receive_some() {
    std::array<std::uint8_t, frame_bytes_max> frame;
    for (int count = 0; count < frames_in_a_row_max; ++count) {
        const auto size = ::read(tap_, frame.data(), frame.size());
        if (size <= 0) return count > 0;
        receive_frame(std::span(frame).first(static_cast<std::size_t>(size)));
    }
    return true;
}

void TapLink::send_frame(std::span<const std::uint8_t> frame) {
    // A frame that the device cannot take is lost, as on any cable.
    [[maybe_unused]] const auto written = ::write(tap_, frame.data(), frame.size());
}

}  // namespace boardwalk::ports
