#pragma once

/* What differs from firmware/stacks/lwip/lwipopts.h where 320 KB are all there is. */

/* Half a second at each start (with lwIP 2.2: some seconds); who gives the address has just looked (RFC 2131 §2.2). The
   first name is lwIP 2.1's, the second 2.2's. */
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_DHCP_DOES_ACD_CHECK 0

/* Two segments on the way to us: a page asks with one, and firmware comes as fast as flash takes it. */
#define TCP_WND (2 * TCP_MSS)
/* A browser's request is one segment of this size, and an image of firmware comes in twice as many packets as with whole
   frames. For that, each of the 48 links has its share of the pool in 36 KB instead of 76 KB. */
#define BOARDWALK_LWIP_RECEIVE_MSS 680
/* The largest segment is two of these, an acknowledgement one. */
#define PBUF_POOL_BUFSIZE 380
/* A link keeps a window of segments of any size, and lwIP one segment more: 12 of these. All 48 links at that would take
   576. A segment of each, what is in transit, and four segments to spare: a peer that sends more than that while the pool
   is short waits. */
#define BOARDWALK_LWIP_UNREAD_PBUFS 10
#define PBUF_POOL_SIZE (48 * 2 + 16 + 4 * 2)

/* Copied bytes on their way to the peers, of all links together. Short of it, a write goes on when something was
   acknowledged, and a stream's slow client skips values. */
#define MEM_SIZE (64 * 1024)

#define MEMP_NUM_ARP_QUEUE 16
#define ARP_TABLE_SIZE 16
#define MEMP_NUM_ND6_QUEUE 8
#define LWIP_ND6_NUM_NEIGHBORS 8
#define LWIP_ND6_NUM_DESTINATIONS 8

#include_next <lwipopts.h>
