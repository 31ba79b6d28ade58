#pragma once

#include <stdint.h>

#define LWIP_NO_UNISTD_H 1
#define LWIP_PLATFORM_ASSERT(what) ((void)0)
#define LWIP_PLATFORM_DIAG(words) ((void)0)
#define LWIP_RAND() (4U)
