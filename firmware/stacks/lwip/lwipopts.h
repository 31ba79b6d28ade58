#pragma once

/* Our lwIP, 2.1 or 2.2: raw API only, IPv4 and IPv6, no thread, no allocation beyond its own pools. Each value that is not
   lwIP's default says why. A machine with less memory has a lwipopts.h of its own that defines the capacities first and
   includes this one (firmware/ports/mps2). On ESP-IDF menuconfig takes this file's place; see firmware/ports/esp32s3. */

/* --- capacities ------------------------------------------------------------------------------------------------ */

/* Links that a transport may ask for: connection slots, the lobby, and the places for handshakes (firmware/limits.hpp says
   what a client sees beyond them). Those in the lobby send one short answer at most. */
#ifndef BOARDWALK_LWIP_SLOTS
#define BOARDWALK_LWIP_SLOTS 24
#endif
#define BOARDWALK_LWIP_LOBBY 24
#define BOARDWALK_LWIP_LINKS (BOARDWALK_LWIP_SLOTS + BOARDWALK_LWIP_LOBBY)
/* Connections that are no links: handshakes under way, closed ones whose last bytes are still being repeated, and
   those in TIME_WAIT. When all are taken lwIP recycles the oldest of them: TIME_WAIT first, a link never. */
#define BOARDWALK_LWIP_SPARE_PCBS 8
/* Clients in the same stack: only where a test or a benchmark puts both ends into one image. */
#ifndef BOARDWALK_LWIP_CLIENTS
#define BOARDWALK_LWIP_CLIENTS 0
#endif
#define BOARDWALK_LWIP_ENDS (BOARDWALK_LWIP_LINKS + BOARDWALK_LWIP_CLIENTS)
#define BOARDWALK_LWIP_SENDERS (BOARDWALK_LWIP_SLOTS + BOARDWALK_LWIP_CLIENTS)

/* --- system ------------------------------------------------------------------------------------------------------ */

#define NO_SYS 1 /* one loop; lwIP runs inside Transport::poll and the calls that our server makes */
#define SYS_LIGHTWEIGHT_PROT 0 /* and no interrupt calls it: there is nothing to lock */
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1 /* no htons() of its own beside the operating system's */
#define MEM_ALIGNMENT __SIZEOF_POINTER__ /* its structs hold pointers; unaligned ones trap, and UBSan says so */

#define LWIP_CHKSUM_ALGORITHM 3 /* by words: TCP's sums are what most of an answer's instructions go into */
/* Those of the page in flash are known (checksum.cpp). */
#define LWIP_CHKSUM boardwalk_lwip_sum

/* --- protocols --------------------------------------------------------------------------------------------------- */

#define LWIP_IPV6 1
#define LWIP_IPV6_MLD 1
#define LWIP_RAW 0
#define LWIP_IGMP 1 /* and UDP: for Multicast DNS */
#define MEMP_NUM_UDP_PCB 4 /* Multicast DNS, DHCP, SNTP, and one to spare */
#define MEMP_NUM_IGMP_GROUP 4
#define LWIP_DHCP 1
#define LWIP_NETIF_HOSTNAME 1 /* told to the DHCP server, which many home routers list */
/* The time of day, from the server that DHCP names: no DNS, and no stranger is asked. An answer has to repeat what was
   asked (2), and the way there and back is taken off. */
#define LWIP_DHCP_GET_NTP_SRV 1
#define LWIP_DHCP_MAX_NTP_SERVERS 1
#define SNTP_CHECK_RESPONSE 2
#define SNTP_COMP_ROUNDTRIP 1
#define SNTP_SET_SYSTEM_TIME_US(seconds, microseconds) boardwalk_lwip_set_time(seconds, microseconds)
#define SNTP_GET_SYSTEM_TIME(seconds, microseconds) boardwalk_lwip_get_time(&(seconds), &(microseconds))
/* TCP never needs fragments, and half of one is memory that a stranger can hold. */
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_IPV6_REASS 0
#define LWIP_IPV6_FRAG 0

/* A crowd's handshakes come at once. By default one packet waits for each neighbour whose address is being asked for:
   the answers to all but one SYN of a newly seen host would be lost. */
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN 16
#ifndef MEMP_NUM_ARP_QUEUE
#define MEMP_NUM_ARP_QUEUE 32
#endif
#ifndef ARP_TABLE_SIZE
#define ARP_TABLE_SIZE 32
#endif
#define LWIP_ND6_QUEUEING 1
#ifndef MEMP_NUM_ND6_QUEUE
#define MEMP_NUM_ND6_QUEUE 32
#endif
#ifndef LWIP_ND6_NUM_NEIGHBORS
#define LWIP_ND6_NUM_NEIGHBORS 32
#endif
#ifndef LWIP_ND6_NUM_DESTINATIONS
#define LWIP_ND6_NUM_DESTINATIONS 32
#endif

/* --- one connection ------------------------------------------------------------------------------------------------ */

#define TCP_MSS 1440 /* fits IPv6's larger header into 1500 bytes too */
#ifndef TCP_WND
#define TCP_WND (4 * TCP_MSS) /* what a peer may send before we read */
#endif
#define TCP_SND_BUF (4 * TCP_MSS) /* a WebSocket's 1 KB unacknowledged, and the longest frame behind it */
#define TCP_SND_QUEUELEN 32 /* pbufs for it: many small frames, and those 4 KB */
/* Copies take what they need. With room to spare in each, a frame of 100 bytes would hold a whole MSS until it is
   acknowledged, and the first part of an asset would be copied into what is left behind its head. */
#define TCP_OVERSIZE 0
#define TCP_LISTEN_BACKLOG 1 /* LwipTransport keeps it equal to the links that are free */
#define SO_REUSE 1 /* connections of before in TIME_WAIT do not keep the server from its port */
#define TCP_MSL 5000 /* TIME_WAIT of 10 s: our peers are a few hops away, and each holds a pcb */
/* The largest segment that a peer may send to a connection which it opened; the SYN+ACK says so. Segments that we send stay
   as large as TCP_MSS: a small value costs peers that send much (firmware) more packets, and each link's share of the pool
   of received packets is as much smaller. */
#ifndef BOARDWALK_LWIP_RECEIVE_MSS
#define BOARDWALK_LWIP_RECEIVE_MSS TCP_MSS
#endif
#if BOARDWALK_LWIP_RECEIVE_MSS < TCP_MSS
/* lwIP has written its own value as the first option of each SYN. */
#define LWIP_HOOK_TCP_OUT_ADD_TCPOPTS(packet, header, pcb, options) \
    ((void)((TCPH_FLAGS(header) & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && \
            (*(u32_t*)((header) + 1) = TCP_BUILD_MSS_OPTION(BOARDWALK_LWIP_RECEIVE_MSS))), \
     (options))
#endif
/* Segments that came too early hold memory until the gap is filled; which a hostile peer never does. */
#define TCP_OOSEQ_MAX_PBUFS 4

/* --- pools --------------------------------------------------------------------------------------------------------- */

#define MEMP_NUM_TCP_PCB (BOARDWALK_LWIP_ENDS + BOARDWALK_LWIP_SPARE_PCBS)
#define MEMP_NUM_TCP_PCB_LISTEN 2
#define MEMP_NUM_TCP_SEG (8 * BOARDWALK_LWIP_SENDERS + 2 * BOARDWALK_LWIP_LOBBY)
/* A write by reference holds one for each segment. */
#define MEMP_NUM_PBUF (4 * BOARDWALK_LWIP_SENDERS + 2 * BOARDWALK_LWIP_LOBBY)
#define MEMP_NUM_SYS_TIMEOUT 12

/* Copied bytes and segments' heads. Every link may hold a whole send buffer. */
#ifndef MEM_SIZE
#define MEM_SIZE (BOARDWALK_LWIP_ENDS * (TCP_SND_BUF + 4 * 128))
#endif

/* Received packets. Unread ones stay in this pool, so that it bounds what all links together may hold: a link keeps at
   most this many (LwipTransport puts small ones together, whatever comes), and lwIP one segment more. A pool may be too small
   for all links at that: then a link that holds something gets no more (its peer sends it again) unless each of the others
   could still take a segment (receive_pool.cpp). So whoever comes is heard, whatever others send and do not let go. */
#ifndef BOARDWALK_LWIP_UNREAD_PBUFS
#define BOARDWALK_LWIP_UNREAD_PBUFS 5
#endif
#ifndef PBUF_POOL_BUFSIZE
#define PBUF_POOL_BUFSIZE 1536 /* a whole Ethernet frame: no chains */
#endif
#ifndef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE (BOARDWALK_LWIP_ENDS * (BOARDWALK_LWIP_UNREAD_PBUFS + 1) + 32)
#endif
#define BOARDWALK_LWIP_SEGMENT_PBUFS ((14 + 40 + 20 + BOARDWALK_LWIP_RECEIVE_MSS + PBUF_POOL_BUFSIZE - 1) / PBUF_POOL_BUFSIZE)
/* On their way through: a frame that is being looked at, answers that wait for a neighbour's address. */
#define BOARDWALK_LWIP_TRANSIENT_PBUFS 16
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, options, first, second, packet) \
    boardwalk_lwip_admit((pcb), (header)->seqno, TCPH_FLAGS(header), (packet))

/* --- what can be seen ---------------------------------------------------------------------------------------------- */

#define LWIP_STATS 1 /* peaks of the pools, for the tests and the memory report */
#define LWIP_STATS_LARGE 1
/* And no more than those: each packet would count at four layers, and no part of the board reads it. */
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define IP6_STATS 0
#define ICMP_STATS 0
#define ICMP6_STATS 0
#define ND6_STATS 0
#define IGMP_STATS 0
#define MLD6_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
#define SYS_STATS 0
