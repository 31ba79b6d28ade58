#!/bin/bash
# lwIP 2.1.3 (Debian 12's source package). With LWIP_NETIF_TX_SINGLE_PBUF 1, which ESP-IDF sets for every project,
# tcp_write takes a whole MSS of the heap for each segment, however few bytes are in it. tcp_nagle_disable does not change
# that, nor does a smaller TCP_OVERSIZE, the option that is meant to say how much is taken ahead of time. So ten messages
# of 100 bytes that are not acknowledged yet hold 15 KB instead of 2 KB.
#
# Seen (x86-64, GCC 12), heap bytes of one unacknowledged segment of 100 bytes, Nagle off:
#   TX_SINGLE_PBUF 0, TCP_OVERSIZE MSS:    200
#   TX_SINGLE_PBUF 1, TCP_OVERSIZE MSS:   1536
#   TX_SINGLE_PBUF 1, TCP_OVERSIZE MSS/4: 1536
# The program speaks to itself inside one process; no packet leaves it.
set -euo pipefail
wanted=2.1.3
command -v gcc >/dev/null || { echo "wants gcc" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The machine's own Debian repositories, with their sources, and lists of our own.
mkdir -p "$work"/lists/partial "$work"/cache
# shellcheck disable=SC2016  # apt fills these in
apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u >"$work/sources.list"
apt=(apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update >/dev/null 2>&1 || true
(cd "$work" && "${apt[@]}" source --download-only lwip >/dev/null 2>&1) || { echo "wants Debian's source package lwip $wanted" >&2; exit 77; }
archive=$(find "$work" -maxdepth 1 -name "lwip_$wanted*.orig.tar.*" | head -n 1)
[[ -n $archive ]] || { echo "wants Debian's source package lwip $wanted" >&2; exit 77; }
mkdir "$work/lwip" "$work/arch"
tar -C "$work/lwip" --strip-components=1 -xf "$archive"

cat >"$work/arch/cc.h" <<'C'
#include <stdio.h>
#include <stdlib.h>
#define LWIP_RAND() ((unsigned)rand())
#define LWIP_PLATFORM_ASSERT(what) do { puts(what); abort(); } while (0)
#define LWIP_PLATFORM_DIAG(x) do { } while (0)
C
cat >"$work/lwipopts.h" <<'C'
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define MEM_ALIGNMENT 8
#define MEM_SIZE 100000
#define TCP_MSS 1440
#define TCP_SND_BUF 5760
#define TCP_WND 5760
#define MEMP_NUM_TCP_SEG 64
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_STATS 1
#define MEM_STATS 1
C
cat >"$work/main.c" <<'C'
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/stats.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>

u32_t sys_now(void) { static u32_t now; return ++now; }

static err_t on_accept(void* argument, struct tcp_pcb* pcb, err_t error) { (void)argument; (void)pcb; return error; }
static err_t on_connected(void* argument, struct tcp_pcb* pcb, err_t error) { *(struct tcp_pcb**)argument = pcb; return error; }

int main(void) {
    static char bytes[100];
    struct tcp_pcb *listener, *client, *connected = NULL;
    ip_addr_t here = IPADDR4_INIT_BYTES(127, 0, 0, 1);
    lwip_init();
    listener = tcp_new();
    tcp_bind(listener, &here, 80);
    listener = tcp_listen(listener);
    tcp_accept(listener, on_accept);
    client = tcp_new();
    tcp_arg(client, &connected);
    tcp_nagle_disable(client);
    tcp_connect(client, &here, 80, on_connected);
    for (int i = 0; i < 100 && !connected; ++i) { netif_poll_all(); sys_check_timeouts(); }
    if (!connected) return 2;
    for (int i = 0; i < 100; ++i) netif_poll_all();
    const unsigned before = (unsigned)lwip_stats.mem.used;
    if (tcp_write(connected, bytes, sizeof bytes, TCP_WRITE_FLAG_COPY) != ERR_OK) return 3;
    printf("%u\n", (unsigned)lwip_stats.mem.used - before);
    return 0;
}
C
sources=("$work"/lwip/src/core/*.c "$work"/lwip/src/core/ipv4/*.c "$work"/lwip/src/netif/ethernet.c)

# heap_bytes SINGLE_PBUF OVERSIZE
heap_bytes() {
    gcc -w -O1 -I"$work" -I"$work/lwip/src/include" -DLWIP_NETIF_TX_SINGLE_PBUF="$1" -DTCP_OVERSIZE="$2" \
        "$work/main.c" "${sources[@]}" -o "$work/measure"
    "$work/measure"
}
separate=$(heap_bytes 0 TCP_MSS)
single=$(heap_bytes 1 TCP_MSS)
quarter=$(heap_bytes 1 '(TCP_MSS/4)')
printf 'heap bytes of one unacknowledged segment of 100 bytes, Nagle off, lwIP %s\n' "$wanted"
printf '  TX_SINGLE_PBUF 0, TCP_OVERSIZE MSS:   %5d\n  TX_SINGLE_PBUF 1, TCP_OVERSIZE MSS:   %5d\n  TX_SINGLE_PBUF 1, TCP_OVERSIZE MSS/4: %5d\n' \
    "$separate" "$single" "$quarter"
((separate < 300 && single > 1440 && quarter == single)) || { echo "lwIP behaves otherwise now" >&2; exit 1; }
