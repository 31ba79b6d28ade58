#pragma once

/* What ESP-IDF's lwipopts.h makes of menuconfig's options, in our words: those that our transport and lwIP's own checks
   (init.c) look at. The values are those of firmware/ports/esp32s3/sdkconfig.defaults; below each stands ESP-IDF's
   default (5.3.1) for an option that is not set there. */

#include "sdkconfig.h"

/* --- what menuconfig cannot change --------------------------------------------------------------------------------- */

#define NO_SYS 0
#define LWIP_NETCONN 1
#define LWIP_SOCKET 1
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_POSIX_SOCKETS_IO_NAMES 0
#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 4
#define LWIP_RAW 1
#define LWIP_IGMP 1
#define LWIP_DNS 1
#define LWIP_DHCP 1
#define LWIP_IPV6 1
#define ARP_QUEUEING 1
#define SO_REUSE 1
#define TCP_LISTEN_BACKLOG 1
#define LWIP_TCP_KEEPALIVE 1
/* Each segment is one pbuf of a whole MSS: tcp_write copies everything, also what it is given by reference. */
#define LWIP_NETIF_TX_SINGLE_PBUF 1

/* --- what menuconfig sets ------------------------------------------------------------------------------------------ */

#ifndef CONFIG_LWIP_TCP_MSS
#define CONFIG_LWIP_TCP_MSS 1440
#endif
#define TCP_MSS CONFIG_LWIP_TCP_MSS

#if CONFIG_LWIP_TCP_OVERSIZE_DISABLE
#define TCP_OVERSIZE 0
#elif CONFIG_LWIP_TCP_OVERSIZE_QUARTER_MSS
#define TCP_OVERSIZE (TCP_MSS / 4)
#else
#define TCP_OVERSIZE TCP_MSS
#endif

#ifndef CONFIG_LWIP_TCP_SND_BUF_DEFAULT
#define CONFIG_LWIP_TCP_SND_BUF_DEFAULT 5760
#endif
#define TCP_SND_BUF CONFIG_LWIP_TCP_SND_BUF_DEFAULT

#ifndef CONFIG_LWIP_TCP_WND_DEFAULT
#define CONFIG_LWIP_TCP_WND_DEFAULT 5760
#endif
#define TCP_WND CONFIG_LWIP_TCP_WND_DEFAULT

#ifndef CONFIG_LWIP_TCP_MSL
#define CONFIG_LWIP_TCP_MSL 60000
#endif
#define TCP_MSL CONFIG_LWIP_TCP_MSL

#ifndef CONFIG_LWIP_TCP_OOSEQ_MAX_PBUFS
#define CONFIG_LWIP_TCP_OOSEQ_MAX_PBUFS 4
#endif
#define TCP_OOSEQ_MAX_PBUFS CONFIG_LWIP_TCP_OOSEQ_MAX_PBUFS

#ifndef CONFIG_LWIP_TCP_MAXRTX
#define CONFIG_LWIP_TCP_MAXRTX 12
#endif
#define TCP_MAXRTX CONFIG_LWIP_TCP_MAXRTX

#ifndef CONFIG_LWIP_MAX_SOCKETS
#define CONFIG_LWIP_MAX_SOCKETS 10
#endif
#define MEMP_NUM_NETCONN CONFIG_LWIP_MAX_SOCKETS

#ifndef CONFIG_LWIP_MAX_ACTIVE_TCP
#define CONFIG_LWIP_MAX_ACTIVE_TCP 16
#endif
#define MEMP_NUM_TCP_PCB CONFIG_LWIP_MAX_ACTIVE_TCP

#ifndef CONFIG_LWIP_TCPIP_RECVMBOX_SIZE
#define CONFIG_LWIP_TCPIP_RECVMBOX_SIZE 32
#endif
#define TCPIP_MBOX_SIZE CONFIG_LWIP_TCPIP_RECVMBOX_SIZE
#define TCPIP_THREAD_STACKSIZE CONFIG_LWIP_TCPIP_TASK_STACK_SIZE
