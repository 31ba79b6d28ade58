# What run, test and bench share: say what happens, install what is missing, build a preset. Sourced by bash.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
logs=build/logs
mkdir -p "$logs"

say() { printf '\033[1m==\033[0m %s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
[[ -t 1 ]] || say() { printf '== %s\n' "$*"; }

# --- Debian packages ------------------------------------------------------------------------------------

packages_run=(g++ cmake ninja-build python3 ca-certificates
    nlohmann-json3-dev libcli11-dev libmbedtls-dev libslirp-dev
    qt6-base-dev qt6-websockets-dev qt6-svg-dev qtkeychain-qt6-dev libgl-dev libqt6svg6 qt6-qpa-plugins fonts-inter fonts-dejavu-core)
# Of clang's tools the release that Debian 12 and 13 both have: each release formats a little differently.
packages_test=(iproute2 dnsmasq-base libgtest-dev libgmock-dev libhttp-parser-dev python3-jsonschema clang-format-19 clang-tidy-19 chromium xvfb xauth valgrind)
packages_image=(gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib qemu-system-arm)
packages_xtensa=(gcc-xtensa-lx106 libnewlib-dev libstdc++-arm-none-eabi-dev) # its C++ headers are the same for every target
packages_fuzz=(clang-19 libclang-rt-19-dev libhttp-parser-dev)
packages_bench=(libgtest-dev libgmock-dev libhttp-parser-dev wrk valgrind)

builds_mb=500 # what is built with them takes

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

as_root() {
    if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}

# check_release: the compilers and libraries of other releases were never tried.
check_release() {
    local id='' version='' name=''
    # shellcheck disable=SC1091  # the machine's
    [[ -r /etc/os-release ]] && { read -r id version name < <(. /etc/os-release && echo "${ID-} ${VERSION_ID-none} ${PRETTY_NAME-}"); }
    [[ $id == debian && ($version == 12 || $version == 13) ]] ||
        die "this needs Debian 12 or 13 to install packages on, and here is ${name:-no Debian}"
}

# check_room DIRECTORY MB WHAT
check_room() {
    local free
    free=$(df --output=avail -BM "$1" | tail -n 1 | tr -dc 0-9)
    ((free >= $2)) || die "$3 need $2 MB in $1, and $free MB are free there"
}

# packages_mb NAME…: what apt says that it fetches and unpacks.
packages_mb() {
    LC_ALL=C apt-get -o Debug::NoLocking=1 --assume-no --no-install-recommends install "$@" 2>/dev/null |
        sed -nE 's/^(Need to get|After this operation,) ([^ ]*\/)?([0-9.,]+) ([kMG]?)B .*/\3 \4/p' | tr -d , |
        awk '{ mb += $1 * ($2 == "G" ? 1000 : $2 == "M" ? 1 : 0) } END { print int(mb) }'
}

# check_rights: may ask for the password of sudo.
check_rights() {
    ((EUID == 0)) && return 0
    command -v sudo >/dev/null || die "neither root nor sudo to install Debian packages: $*"
    sudo true || die "sudo refuses to install Debian packages: $*"
}

# refresh_lists: apt knows what there is, or the reason why not is told.
refresh_lists() {
    as_root env LC_ALL=C apt-get -q update >"$logs/apt.log" 2>&1 || true # judged by what it says
    grep -qE '^(Get|Hit):' "$logs/apt.log" && return 0
    local reason
    reason=$(sed -nE 's/^(W|E): *//p' "$logs/apt.log" | head -n 1)
    die "apt-get update reaches no repository: ${reason:-apt has no sources to ask} (see $logs/apt.log)"
}

# check_packages NAME…: apt can install all of them at once.
check_packages() {
    local unknown said
    unknown=$(comm -13 <(apt-cache policy "$@" | awk '/^[^ ]/ { name = $1 } /Candidate: [0-9]/ { sub(":$", "", name); print name }' | sort) \
        <(printf '%s\n' "$@" | sort))
    [[ -z $unknown ]] || die "this machine's Debian repositories do not have: ${unknown//$'\n'/ }"
    said=$(LC_ALL=C apt-get -s --no-install-recommends install "$@" 2>&1) ||
        die "apt cannot install what is needed: $(grep -m 1 -E 'Depends:|Conflicts:|^E:' <<<"$said")"
}

# A line for every tenth step, so that a slow network does not look like a hang.
show_apt_progress() {
    awk '/^Get:/ { got++; if (got % 10 == 0) print "   fetched " got }
         /^Setting up / { set++; if (set % 25 == 0) print "   set up " set }
         { fflush() }'
}

# install_packages NAME…: does nothing, silently, when dpkg has them all. What can be known beforehand is checked before
# the first package is fetched; `sources`, if set, are source packages that are needed too.
install_packages() {
    local missing=() name source
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    check_release
    check_room "$PWD" "$builds_mb" 'sources and builds'
    check_rights "${missing[@]}"
    say "installing Debian packages: ${missing[*]}"
    refresh_lists
    check_packages "${missing[@]}"
    check_room /usr "$(packages_mb "${missing[@]}")" 'the packages'
    for source in ${sources-}; do fetch_source "$source"; done
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}" \
        2>&1 | tee -a "$logs/apt.log" | show_apt_progress ||
        die "could not install (see $logs/apt.log): $(sed -nE 's/^E: *//p' "$logs/apt.log" | tail -n 1)"
}

# --- other servers, for scripts/bench -------------------------------------------------------------------

# provide_server NAME PROGRAM: Debian's, unpacked into build/NAME and not installed: the package would start it on port 80.
# The libraries that it links are installed.
provide_server() {
    local name=$1 program=$2 libraries
    [[ -x /$program || -x build/$name/$program ]] && return 0
    say "taking $name into build/$name"
    [[ $(apt-cache policy "$name" | sed -n 's/^  Candidate: //p') == [0-9]* ]] || { check_rights "$name" && refresh_lists; }
    mapfile -t libraries < <(apt-cache depends "$name" | sed -nE 's/^ *Depends: (lib[^ ]*|zlib1g)$/\1/p')
    install_packages "${libraries[@]}"
    rm -rf "build/$name"
    mkdir -p "build/$name"
    (
        cd "build/$name"
        apt-get -q download "$name"
        dpkg-deb -x "$name"_*.deb .
    ) >>"$logs/apt.log" 2>&1 || die "could not take $name (no network? see $logs/apt.log)"
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

# Debian 13's Node is new enough. Debian 12 has Node 18; where that is all there is, Node 22 comes from npm into build/.
provide_node() {
    [[ -x $node_dir/node_modules/.bin/npm ]] && export PATH="$node_dir/node_modules/.bin:$PATH"
    node_is_new_enough && return 0
    command -v npm >/dev/null || install_packages npm
    node_is_new_enough && return 0

    local cpu
    case $(uname -m) in
        x86_64) cpu=x64 ;;
        aarch64) cpu=arm64 ;;
        *) die "missing: Node $node_wanted or newer with npm (none is offered for $(uname -m))" ;;
    esac
    say "taking Node 22 into build/node"
    npm install --prefix "$node_dir" --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-timeout=60000 "node-linux-$cpu@22" npm@11 \
        >"$logs/node.log" 2>&1 ||
        die "could not take Node 22 (no network? see $logs/node.log): node-linux-$cpu"
    export PATH="$node_dir/node_modules/.bin:$PATH"
    hash -r
    node_is_new_enough || die "missing: Node $node_wanted or newer with npm (see $logs/node.log)"
}

# --- sources of libraries -------------------------------------------------------------------------------

# The series that we work with: the same as in the CMakeLists.txt of firmware/stacks/lwip and firmware/ports/mps2.
declare -A source_series=([lwip]='2.1 2.2' [mbedtls]='2.28 3.6')

has_source() { compgen -G "build/$1/$1-*" >/dev/null; }

# fetch_source NAME: the archive of a Debian source package, as upstream released it, into build/NAME. By apt, which checks
# it against the signed index of wherever this machine takes its packages; with lists and a cache of its own, so that it
# needs no root and changes nothing outside build/. Silent when it is there.
fetch_source() {
    local name=$1 work=$PWD/build/$1/apt log=$PWD/$logs/$1.log archives version series
    has_source "$name" && return 0
    compgen -G "build/$name/*.orig.tar.*" >/dev/null && return 0

    say "taking $name's source into build/$name"
    rm -rf "$work"
    mkdir -p "$work/lists/partial" "$work/cache"

    # The machine's own Debian repositories, with the sources that its lists mostly leave out. (Their origin is not
    # known before a first update: then all of them are asked.)
    # shellcheck disable=SC2016  # apt fills these in
    apt-get indextargets --format '$(ORIGIN)|deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>"$log" |
        sed -nE 's/^(Debian|\$\(ORIGIN\))\|//p' | sort -u >"$work/sources.list"

    local apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
        -o Acquire::Languages=none -o Acquire::Retries=1)
    "${apt[@]}" update >>"$log" 2>&1 || true # a repository that is away shows in the next step
    (cd "$work" && "${apt[@]}" source --download-only "$name") >>"$log" 2>&1 ||
        die "could not take $name's source: $(sed -nE 's/^(W|E): *//p' "$log" | head -n 1) (see $logs/$name.log)"

    archives=("$work"/*.orig.tar.*[!c])
    version=$(sed -E 's/^[^_]*_([0-9.]*[0-9]).*/\1/' <<<"${archives[0]##*/}")
    series=${version%.*}
    [[ " ${source_series[$name]} " == *" $series "* ]] ||
        die "this machine's Debian has $name $version, and this works with the series ${source_series[$name]// / and }"
    mv "${archives[0]}" "build/$name/"
    rm -rf "$work"
}

# take_source NAME: unpacks it into build/NAME/NAME-VERSION, and tells the version. Silent when it is there.
take_source() {
    local name=$1 archives
    has_source "$name" && return 0
    fetch_source "$name"
    archives=("build/$name"/*.orig.tar.*)
    mkdir -p "build/$name/unpacked"
    python3 -m tarfile -e "${archives[0]}" "build/$name/unpacked"
    # The folder inside has whatever name it likes.
    local version
    version=$(sed -E 's/^[^_]*_([0-9.]*[0-9]).*/\1/' <<<"${archives[0]##*/}")
    mv "build/$name/unpacked"/* "build/$name/$name-$version"
    rm -rf "build/$name/unpacked" "${archives[@]}"
    say "$name $version"
}

# --- ccache, where this machine has it ------------------------------------------------------------------

# Another clone in another folder finds what the first one compiled.
if command -v ccache >/dev/null && [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER-} ]]; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
    export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
fi

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
