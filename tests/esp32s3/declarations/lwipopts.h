#pragma once

/* lwIP's own headers, as ESP-IDF sets them up where our transport looks: a task of its own, memory from the heap. */

#define NO_SYS 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TCPIP_CORE_LOCKING 0
#define MEMP_MEM_MALLOC 1
#define LWIP_IPV6 1
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1
#define SO_REUSE 1
#define TCP_LISTEN_BACKLOG 1
#define TCP_OVERSIZE 0
#define TCP_MSS 1440
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_WND (2 * TCP_MSS)
