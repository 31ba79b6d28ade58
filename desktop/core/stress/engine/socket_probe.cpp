#include "desktop/core/stress/engine/socket_probe.hpp"

#ifdef Q_OS_LINUX
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include <utility>

namespace boardwalk::desktop {

SocketProbe::SocketProbe(qintptr descriptor) {
#ifdef Q_OS_LINUX
    m_descriptor = fcntl(static_cast<int>(descriptor), F_DUPFD_CLOEXEC, 3);
#else
    Q_UNUSED(descriptor);
#endif
}

SocketProbe::SocketProbe(SocketProbe&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

SocketProbe& SocketProbe::operator=(SocketProbe&& other) noexcept {
    if (this != &other) {
        release();
        m_descriptor = std::exchange(other.m_descriptor, -1);
    }
    return *this;
}

bool SocketProbe::wasReset() const {
#ifdef Q_OS_LINUX
    if (m_descriptor < 0) return false;
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(m_descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
    // After a FIN it would be CLOSE_WAIT, because this side has not closed yet.
    return info.tcpi_state == TCP_CLOSE;
#else
    return false;
#endif
}

void SocketProbe::release() {
#ifdef Q_OS_LINUX
    if (m_descriptor >= 0) close(m_descriptor);
#endif
    m_descriptor = -1;
}

}  // namespace boardwalk::desktop
