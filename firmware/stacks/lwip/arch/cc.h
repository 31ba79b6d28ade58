#pragma once

#include <stdint.h>

/* What lwIP asks of its surroundings (its own name for this file). Each platform defines the first and the last, and lwIP's
   sys_now(): a computer in firmware/ports/linux/lwip, the tests' virtual link in tests/support/lwip. */

#ifdef __cplusplus
extern "C" {
#endif

/* 32 bits that nobody can foretell: port numbers, first sequence numbers (RFC 6528). */
unsigned boardwalk_lwip_random(void);
/* The time of day: set by an SNTP answer, asked for by the next question (firmware/stacks/lwip/sntp_clock.cpp). */
void boardwalk_lwip_set_time(uint32_t seconds, uint32_t microseconds);
void boardwalk_lwip_get_time(uint32_t* seconds, uint32_t* microseconds);
/* Whether there is memory for what a TCP connection was sent: 0, or it is dropped, and sent again. */
int boardwalk_lwip_admit(void* tcp_pcb, unsigned sequence_number, unsigned flags, const void* pbuf);
/* The sum of bytes, as RFC 1071 has it (firmware/stacks/lwip/checksum.cpp). */
unsigned short boardwalk_lwip_sum(const void* bytes, int size);
/* A broken invariant in lwIP; does not return. */
void boardwalk_lwip_failed(const char* what, const char* file, int line) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

/* One instruction, where lwIP would call a function of its own: a packet's heads are full of these. */
#define lwip_htons(number) __builtin_bswap16(number)
#define lwip_htonl(number) __builtin_bswap32(number)

#define LWIP_RAND() boardwalk_lwip_random()
#define LWIP_PLATFORM_ASSERT(what) boardwalk_lwip_failed(what, __FILE__, __LINE__)
#define LWIP_PLATFORM_DIAG(words) ((void)0)

/* lwIP's own first sequence numbers count up by its clock: whoever sees one can guess the next. */
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port) boardwalk_lwip_random()
