#pragma once

#include <freertos/FreeRTOS.h>

namespace boardwalk::ports {

/// Holds a spin lock of the chip's two cores, with interrupts off: for a few instructions, or to copy a line.
class Locked {
public:
    explicit Locked(portMUX_TYPE& lock) : lock_(lock) { portENTER_CRITICAL(&lock_); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;
    ~Locked() { portEXIT_CRITICAL(&lock_); }

private:
    portMUX_TYPE& lock_;
};

}  // namespace boardwalk::ports
