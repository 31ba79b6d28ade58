#include "firmware/ports/linux/mdns/announcement.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "firmware/stacks/mdns/responder.hpp"

namespace boardwalk::ports {

namespace {

constexpr std::uint32_t mdns_group = 0xe00000fb;    // 224.0.0.251
constexpr std::size_t received_bytes_max = 9'000;   // RFC 6762 §17
constexpr std::size_t links_max = 64;               // networks that a board is announced on
constexpr std::uint64_t links_refresh_ms = 10'000;  // a network may come after the board
constexpr unsigned packets_at_once_max = 64;        // then timers and stop get their turn

std::uint64_t now_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

/// The bytes of an address of one interface; empty for "every address".
std::string specific_address(const std::string& text) {
    std::array<char, 16> bytes{};
    std::size_t size = 0;
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) size = 4;
    else if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) size = 16;
    std::string address(bytes.data(), size);
    return address.find_first_not_of('\0') == std::string::npos ? std::string() : address;
}

std::string address_bytes(const sockaddr* from) {
    if (from->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, from, sizeof v4);
        return {reinterpret_cast<const char*>(&v4.sin_addr), sizeof v4.sin_addr};
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, from, sizeof v6);
    return {reinterpret_cast<const char*>(&v6.sin6_addr), sizeof v6.sin6_addr};
}

/// The interfaces of a scope, each with the address at which `listening` can be reached there.
std::vector<mdns::Link> links_of(MdnsScope scope, const std::string& listening) {
    std::vector<mdns::Link> links;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return links;
    for (const auto* each = list; each != nullptr; each = each->ifa_next) {
        const bool loopback = (each->ifa_flags & IFF_LOOPBACK) != 0;
        const bool v6 = each->ifa_addr != nullptr && each->ifa_addr->sa_family == AF_INET6;
        if ((each->ifa_flags & IFF_UP) == 0 || loopback != (scope == MdnsScope::loopback)) continue;
        if (!loopback && (each->ifa_flags & IFF_MULTICAST) == 0)
            continue;  // lo has no such flag, and takes it
        if (!v6 && (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET)) continue;
        // All of 127.0.0.0/8 is on lo; one line for it is listed.
        const bool on_lo = loopback && listening.size() == 4 && listening[0] == 127 && !v6;
        const auto address = on_lo ? listening : address_bytes(each->ifa_addr);
        if (listening.empty() ? v6 : address != listening) continue;
        const auto index = ::if_nametoindex(each->ifa_name);
        if (index != 0 && std::ranges::find(links, index, &mdns::Link::index) == links.end()) {
            links.push_back({.index = index, .address = cut(address)});
        }
    }
    ::freeifaddrs(list);
    std::ranges::sort(links, {}, &mdns::Link::index);
    return links;
}

template <typename Value>
bool set(int socket, int level, int option, const Value& value) {
    return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

ip_mreqn membership(unsigned link) {
    ip_mreqn request{};
    request.imr_multiaddr.s_addr = htonl(mdns_group);
    request.imr_ifindex = static_cast<int>(link);
    return request;
}

/// Opens UDP port 5353, which it shares with the computer's other responders. Returns a negative number and
/// sets `errno` when that failed.
int open_socket() {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return socket;
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(mdns::mdns_port);
    here.sin_addr.s_addr = htonl(INADDR_ANY);
    const int on = 1;
    const int off = 0;
    const bool ready =
        set(socket, SOL_SOCKET, SO_REUSEADDR, on) && set(socket, SOL_SOCKET, SO_REUSEPORT, on) &&
        set(socket, IPPROTO_IP, IP_PKTINFO, on) && set(socket, IPPROTO_IP, IP_MULTICAST_LOOP, on) &&
        set(socket, IPPROTO_IP, IP_MULTICAST_ALL, off) && set(socket, IPPROTO_IP, IP_MULTICAST_TTL, 255) &&
        set(socket, IPPROTO_IP, IP_TTL, 255) &&
        ::bind(socket, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0;
    if (ready) return socket;
    const int why = errno;
    ::close(socket);
    errno = why;
    return -1;
}

}  // namespace

/// The socket, the responder and the thread that has both.
class MdnsAnnouncement::Thread final : private mdns::Outlet {
public:
    Thread(MdnsScope scope, std::string listening, const mdns::Service& service)
        : scope_(scope),
          listening_(std::move(listening)),
          responder_(service, std::random_device()(), places_) {}
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    ~Thread() override {
        if (thread_.joinable()) {
            {
                const std::lock_guard lock(mutex_);
                stopping_ = true;
            }
            wake();
            thread_.join();
        }
        if (socket_ >= 0) ::close(socket_);
        if (event_ >= 0) ::close(event_);
    }

    [[nodiscard]] std::string start() {
        socket_ = open_socket();
        event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (socket_ < 0 || event_ < 0) return std::string("port 5353: ") + std::strerror(errno);
        const auto links = links_of(scope_, listening_);
        if (links.empty() && scope_ == MdnsScope::loopback)
            return "the board does not listen on this computer's loopback";
        const auto refusal = join(links);
        if (links_.empty() && !links.empty())
            return std::string("joining the mDNS group: ") + std::strerror(refusal);
        sigset_t all;
        sigset_t before;
        ::sigfillset(&all);  // a thread inherits its maker's mask; signals belong to the board
        ::pthread_sigmask(SIG_BLOCK, &all, &before);
        thread_ = std::thread([this] { run(); });
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return {};
    }

    void rename(std::string_view name) {
        {
            const std::lock_guard lock(mutex_);
            new_name_ = std::string(name);
        }
        wake();
    }

    void require_sign_in() {
        {
            const std::lock_guard lock(mutex_);
            requires_sign_in_ = true;
        }
        wake();
    }

private:
    void wake() const {
        const std::uint64_t one = 1;
        (void)!::write(event_, &one, sizeof one);
    }

    /// Joins the group on new links, and leaves it on those that are gone. Returns the `errno` of a link that
    /// refused, or 0.
    int join(std::vector<mdns::Link> links) {
        int refusal = 0;
        const auto has = [](const auto& list, unsigned index) {
            return std::ranges::find(list, index, &mdns::Link::index) != list.end();
        };
        for (const auto& link : links_) {
            if (!has(links, link.index))
                (void)set(socket_, IPPROTO_IP, IP_DROP_MEMBERSHIP, membership(link.index));
        }
        std::erase_if(links, [&](const mdns::Link& link) {
            if (has(links_, link.index)) return false;
            if (set(socket_, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership(link.index))) return false;
            refusal = errno;
            return true;
        });
        links_ = std::move(links);
        responder_.set_links(links_, now_ms());
        return refusal;
    }

    void run() {
        auto refresh_ms = now_ms() + links_refresh_ms;
        while (true) {
            const auto until = std::min(responder_.due_ms(), refresh_ms);
            const auto now = now_ms();
            std::array<pollfd, 2> watched = {pollfd{socket_, POLLIN, 0}, pollfd{event_, POLLIN, 0}};
            (void)::poll(watched.data(), watched.size(), until <= now ? 0 : static_cast<int>(until - now));
            if (!follow_orders()) break;
            for (unsigned i = 0; i < packets_at_once_max && receive(); ++i) {
            }
            if (now_ms() >= refresh_ms) {
                refresh_ms = now_ms() + links_refresh_ms;
                if (auto links = links_of(scope_, listening_); links != links_) (void)join(std::move(links));
            }
            responder_.turn(now_ms(), *this);
        }
        responder_.say_goodbye(*this);
    }

    /// Returns false when the thread is to end.
    bool follow_orders() {
        std::uint64_t count = 0;
        (void)!::read(event_, &count, sizeof count);
        std::optional<std::string> name;
        bool requires_sign_in = false;
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return false;
            name.swap(new_name_);
            requires_sign_in = requires_sign_in_;
        }
        if (requires_sign_in) responder_.require_sign_in(now_ms());
        if (name) responder_.rename(*name, now_ms());
        return true;
    }

    bool receive() {
        sockaddr_in from{};
        iovec part{.iov_base = packet_.data(), .iov_len = packet_.size()};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> control{};
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const auto size = ::recvmsg(socket_, &message, 0);
        if (size < 0) return errno == EINTR;
        const auto* info = CMSG_FIRSTHDR(&message);
        if ((message.msg_flags & MSG_TRUNC) != 0 || info == nullptr || info->cmsg_type != IP_PKTINFO)
            return true;
        in_pktinfo arrival{};
        std::memcpy(&arrival, CMSG_DATA(info), sizeof arrival);
        responder_.receive(
            {packet_.data(), static_cast<std::size_t>(size)}, static_cast<unsigned>(arrival.ipi_ifindex),
            {.address = ntohl(from.sin_addr.s_addr), .port = ntohs(from.sin_port)}, now_ms(), *this);
        return true;
    }

    void send(unsigned link, mdns::Endpoint to, std::string_view packet) override {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(to.port);
        address.sin_addr.s_addr = htonl(to.address == 0 ? mdns_group : to.address);
        if (!set(socket_, IPPROTO_IP, IP_MULTICAST_IF, membership(link))) return;
        (void)::sendto(socket_, packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&address),
                       sizeof address);
    }

    const MdnsScope scope_;
    const std::string listening_;
    int socket_ = -1;
    int event_ = -1;
    std::vector<mdns::Link> links_;
    std::array<mdns::Responder::Place, links_max> places_;
    mdns::Responder responder_;
    std::array<char, received_bytes_max> packet_{};

    std::mutex mutex_;
    bool stopping_ = false;                // under mutex_
    std::optional<std::string> new_name_;  // under mutex_
    bool requires_sign_in_ = false;        // under mutex_
    std::thread thread_;
};

MdnsAnnouncement::MdnsAnnouncement() = default;
MdnsAnnouncement::~MdnsAnnouncement() = default;

std::string MdnsAnnouncement::start(MdnsScope scope, const Service& service) {
    if (scope == MdnsScope::off) return {};
    auto listening = specific_address(service.address);
    const bool here_only =
        listening == std::string(15, '\0') + '\1' || (listening.size() == 4 && listening[0] == 127);
    if (scope == MdnsScope::lan && here_only) {
        return service.address + " cannot be reached from the network: not announced there";
    }
    auto thread = std::make_unique<Thread>(scope, std::move(listening),
                                           mdns::Service{.name = cut(service.name),
                                                         .id = cut(service.id),
                                                         .mac = cut(service.mac),
                                                         .model = cut(service.model),
                                                         .firmware = cut(service.firmware),
                                                         .port = service.port,
                                                         .auth = service.auth});
    auto error = thread->start();
    if (error.empty()) thread_ = std::move(thread);
    return error;
}

void MdnsAnnouncement::rename(std::string_view name) {
    if (thread_) thread_->rename(name);
}

void MdnsAnnouncement::require_sign_in() {
    if (thread_) thread_->require_sign_in();
}

void MdnsAnnouncement::stop() { thread_.reset(); }

}  // namespace boardwalk::ports
