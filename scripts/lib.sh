# What run, test and bench share: say what happens, install what is missing, build a preset. Sourced by bash.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
logs=build/logs
mkdir -p "$logs"

say() { printf '\033[1m==\033[0m %s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
[[ -t 1 ]] || say() { printf '== %s\n' "$*"; }

# --- Debian packages ------------------------------------------------------------------------------------

packages_run=(g++ cmake ninja-build python3 ca-certificates xz-utils
    nlohmann-json3-dev libcli11-dev libmbedtls-dev libslirp-dev
    qt6-base-dev qt6-websockets-dev qt6-svg-dev libgl-dev libqt6svg6 qt6-qpa-plugins fonts-inter fonts-dejavu-core)
packages_test=(iproute2 dnsmasq-base libgtest-dev libgmock-dev libhttp-parser-dev python3-jsonschema clang-format clang-tidy chromium xvfb xauth)
packages_image=(gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib qemu-system-arm)
packages_xtensa=(gcc-xtensa-lx106 libnewlib-dev libstdc++-arm-none-eabi-dev) # its C++ headers are the same for every target
packages_fuzz=(clang-19 libclang-rt-19-dev libhttp-parser-dev) # clang 14 fails on libstdc++ 12's <ranges>
packages_bench=(libgtest-dev libgmock-dev libhttp-parser-dev wrk libpcre2-8-0 libssl3 zlib1g)

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

as_root() {
    if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}

# A line for every tenth step, so that a slow network does not look like a hang.
show_apt_progress() {
    awk '/^Get:/ { got++; if (got % 10 == 0) print "   fetched " got }
         /^Setting up / { set++; if (set % 25 == 0) print "   set up " set }
         { fflush() }'
}

# install_packages NAME…: does nothing, silently, when dpkg has them all.
install_packages() {
    local missing=() name
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    ((EUID == 0)) || command -v sudo >/dev/null ||
        die "missing Debian packages, and neither root nor sudo to install them: ${missing[*]}"

    say "installing Debian packages: ${missing[*]}"
    as_root apt-get -q update >"$logs/apt.log" 2>&1 || true # a network that is away shows in the next step
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}" \
        2>&1 | tee -a "$logs/apt.log" | show_apt_progress ||
        die "could not install (no network? see $logs/apt.log): ${missing[*]}"
}

# --- nginx, for scripts/bench pool ---------------------------------------------------------------------

# Unpacked, not installed: the package would start a server on port 80. What it links is in packages_bench.
provide_nginx() {
    [[ -x /usr/sbin/nginx || -x build/nginx/usr/sbin/nginx ]] && return 0
    say "taking nginx into build/nginx"
    rm -rf build/nginx
    mkdir -p build/nginx
    (
        cd build/nginx
        apt-get -q download nginx || { as_root apt-get -q update && apt-get -q download nginx; }
        dpkg-deb -x nginx_*.deb .
    ) >>"$logs/apt.log" 2>&1 || die "could not take nginx (no network? see $logs/apt.log)"
}

# --- Node, for the dashboard ----------------------------------------------------------------------------

node_wanted=20.19.0 # the least that Vite 8 takes
node_dir=$PWD/build/node

node_is_new_enough() {
    local have
    have=$(node --version 2>/dev/null) || return 1
    command -v npm >/dev/null || return 1
    [[ $(printf '%s\n' "$node_wanted" "${have#v}" | sort -V | head -n 1) == "$node_wanted" ]]
}

# Debian 12 has Node 18. Where that is all there is, Node 22 comes from npm into build/.
provide_node() {
    [[ -x $node_dir/node_modules/.bin/npm ]] && export PATH="$node_dir/node_modules/.bin:$PATH"
    node_is_new_enough && return 0

    local cpu
    case $(uname -m) in
        x86_64) cpu=x64 ;;
        aarch64) cpu=arm64 ;;
        *) die "missing: Node $node_wanted or newer with npm (none is offered for $(uname -m))" ;;
    esac
    command -v npm >/dev/null || install_packages npm
    say "taking Node 22 into build/node"
    npm install --prefix "$node_dir" --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-timeout=60000 "node-linux-$cpu@22" npm@11 \
        >"$logs/node.log" 2>&1 ||
        die "could not take Node 22 (no network? see $logs/node.log): node-linux-$cpu"
    export PATH="$node_dir/node_modules/.bin:$PATH"
    hash -r
    node_is_new_enough || die "missing: Node $node_wanted or newer with npm (see $logs/node.log)"
}

# --- sources of libraries -------------------------------------------------------------------------------

# take_source NAME VERSION ARCHIVE SHA256: unpacks a Debian source package's archive into build/NAME/NAME-VERSION. By
# apt, from wherever this machine takes its packages, with lists and a cache of its own, so that it needs no root and
# changes nothing outside build/. Silent when it is there.
take_source() {
    local name=$1 version=$2 archive=$3 sha256=$4
    local target=build/$name/$name-$version log=$PWD/$logs/$name.log work
    [[ -e $target ]] && return 0

    say "taking $name $version into build/$name"
    mkdir -p "build/$name"
    work=$(mktemp -d "$PWD/build/$name/apt.XXXXXX")
    # shellcheck disable=SC2064  # the folder of now
    trap "rm -rf '$work'" EXIT
    mkdir -p "$work/lists/partial" "$work/cache" "$work/unpacked"

    # The machine's own Debian repositories, with the sources that its lists mostly leave out. (Their origin is not
    # known before a first update: then all of them are asked.)
    # shellcheck disable=SC2016  # apt fills these in
    apt-get indextargets --format '$(ORIGIN)|deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>"$log" |
        sed -nE 's/^(Debian|\$\(ORIGIN\))\|//p' | sort -u >"$work/sources.list"

    local apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
        -o Acquire::Languages=none -o Acquire::Retries=1)
    "${apt[@]}" update >>"$log" 2>&1 || true # a repository that is away shows in the next step
    (cd "$work" && "${apt[@]}" source --download-only "$name") >>"$log" 2>&1 && [[ -e $work/$archive ]] ||
        die "could not take $name's source (no network? see $logs/$name.log): Debian source package $name $version"
    sha256sum --check --status <<<"$sha256  $work/$archive" ||
        die "$name's source is not what was expected: $archive has another SHA-256"

    # The folder inside has whatever name it likes.
    tar -C "$work/unpacked" -xf "$work/$archive"
    mv "$work/unpacked"/* "$target"
}

# --- build ----------------------------------------------------------------------------------------------

cache_has() { grep -qs "^$2:[A-Z]*=$3\$" "build/$1/CMakeCache.txt"; }

# configure PRESET [NAME=VALUE…]: only where that has not been done with these values.
configure() {
    local preset=$1 setting defines=() stale=0
    shift
    [[ -e build/$preset/build.ninja ]] || stale=1
    for setting in "$@"; do
        defines+=("-D$setting")
        cache_has "$preset" "${setting%%=*}" "${setting#*=}" || stale=1
    done
    ((stale)) || return 0
    say "configuring $preset"
    cmake --preset "$preset" "${defines[@]}" >"$logs/configure-$preset.log" 2>&1 || {
        tail -n 25 "$logs/configure-$preset.log" >&2
        die "cmake --preset $preset failed"
    }
}

# build PRESET [TARGET…]: says nothing when nothing is to be done.
build() {
    local preset=$1
    shift
    local plan
    plan=$(ninja -C "build/$preset" -n "$@" 2>&1) || true
    [[ $plan == *"no work to do"* ]] && return 0
    say "building $preset"
    ninja -C "build/$preset" -j "$(nproc)" "$@" || die "the $preset build failed"
}
