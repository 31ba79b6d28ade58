#pragma once

#include <QtGlobal>

namespace boardwalk::desktop {

/// Tells a reset (RST) from a close (FIN). Qt reads both as "the remote host closed" and has closed its
/// descriptor by the time that it says so; this holds a second one, and the kernel still knows.
/// Where the kernel cannot be asked, nothing counts as a reset.
class SocketProbe {
public:
    SocketProbe() = default;
    explicit SocketProbe(qintptr descriptor);
    ~SocketProbe() { release(); }
    SocketProbe(SocketProbe&& other) noexcept;
    SocketProbe& operator=(SocketProbe&& other) noexcept;

    [[nodiscard]] bool wasReset() const;
    /// The connection is closed only once this, too, has let go.
    void release();

private:
    int m_descriptor = -1;
};

}  // namespace boardwalk::desktop
