#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "firmware/ports/linux/mdns/scope.hpp"

namespace boardwalk::ports {

/// Makes a board findable by Multicast DNS, on a thread of its own and beside other programs that listen on
/// port 5353.
///
/// We do not use Debian's libmdnsd. It writes names as text with dots, so that a board called "No. 5" cannot
/// be announced; it knows one address, where a computer has one per network; and it leaves renaming after a
/// conflict (RFC 6762 §9), legacy queries (§6.7) and the sockets to its caller. Only its message codec would
/// be of use, which is stacks/mdns/packet.cpp here.
class MdnsAnnouncement {
public:
    struct Service {
        std::string name;
        std::string id;
        std::string mac;
        std::string model;
        std::string firmware;
        std::uint16_t port = 0;
        bool auth = false;    ///< requests must be signed in
        std::string address;  ///< that it listens on; empty, "0.0.0.0" or "::" means every address
    };

    MdnsAnnouncement();
    MdnsAnnouncement(const MdnsAnnouncement&) = delete;
    MdnsAnnouncement& operator=(const MdnsAnnouncement&) = delete;
    ~MdnsAnnouncement();

    /// Returns an empty text, or one line that says what is wrong; then nothing is announced. To be called
    /// once.
    [[nodiscard]] std::string start(MdnsScope scope, const Service& service);
    /// Withdraws the old name once the new one is announced, a second later. Any thread.
    void rename(std::string_view name);
    /// Any thread.
    void require_sign_in();
    /// Says goodbye and ends the thread. Does nothing when it is not running.
    void stop();

private:
    class Thread;
    std::unique_ptr<Thread> thread_;
};

}  // namespace boardwalk::ports
