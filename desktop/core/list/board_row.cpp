#include "desktop/core/list/board_row.hpp"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

#include "desktop/core/list/board_address.hpp"
#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

namespace {

constexpr qsizetype other_urls_max = 8;
constexpr qint64 fresh_info_ms = 6000;  // older than this, what a board said of itself is asked again

QString tr(const char* text) { return QCoreApplication::translate("BoardRow", text); }

/// An entry is of an address and a board; one that never told its id is of whatever is there.
bool isSameEntry(const SavedBoard& a, const SavedBoard& b) {
    return a.url == b.url && (a.id == b.id || a.id.isEmpty() || b.id.isEmpty());
}

}  // namespace

std::optional<bool> BoardRow::claimed() const { return link->info() ? link->info()->claimed : std::nullopt; }

bool BoardRow::isKnownAt(const QUrl& url) const {
    return known.url == url || otherUrls.contains(url) ||
           std::ranges::any_of(saved, [&url](const SavedBoard& each) { return each.url == url; });
}

bool BoardRow::isMoved() const {
    const auto isHere = [this](const SavedBoard& each) { return each.url == link->url(); };
    return !saved.isEmpty() && isOnline() && std::ranges::none_of(saved, isHere);
}

bool BoardRow::mayGo() const { return saved.isEmpty() && !asked && !announced && !held && isOffline(); }

QUrl BoardRow::nextUrl() const {
    QList<QUrl> all{known.url};
    for (const SavedBoard& each : saved) {
        if (!all.contains(each.url)) all.append(each.url);
    }
    if (announced && !all.contains(announcedUrl)) all.append(announcedUrl);
    return all[(all.indexOf(link->url()) + 1) % all.size()];
}

void BoardRow::addOtherUrl(const QUrl& url) {
    if (url == known.url || otherUrls.contains(url)) return;
    if (otherUrls.size() == other_urls_max) otherUrls.removeFirst();
    otherUrls.append(url);
}

void BoardRow::absorb(const BoardRow& other) {
    for (const SavedBoard& each : other.saved) {
        if (!saved.contains(each)) saved.append(each);
    }
    for (const QUrl& url : other.otherUrls + QList<QUrl>{other.known.url, other.link->url()})
        addOtherUrl(url);
    asked = asked || other.asked;
    if (other.announced) {
        announced = true;
        announcedUrl = other.announcedUrl;
    }
    twin.clear();
    if (!saved.isEmpty()) link->expect(known.id);
}

bool BoardRow::holds(const SavedBoard& entry) const {
    return std::ranges::any_of(saved, [&entry](const SavedBoard& mine) { return isSameEntry(mine, entry); });
}

bool BoardRow::forgetUnless(const QList<SavedBoard>& stored) {
    return saved.removeIf([&stored](const SavedBoard& mine) {
        return std::ranges::none_of(stored,
                                    [&mine](const SavedBoard& there) { return isSameEntry(there, mine); });
    }) > 0;
}

QString BoardRow::text() const {
    const QString name = printable(known.name).trimmed();
    return name.isEmpty() ? address() : name;
}

QString BoardRow::address() const { return displayAddress(link->url()); }

QString BoardRow::note() const {
    QStringList notes;
    if (!activity.isEmpty()) notes << activity;
    if (!twin.isEmpty()) notes << tr("another board has the same id: %1").arg(twin);
    if (isMoved()) notes << tr("not at the saved address");
    if (isOffline()) {
        if (link->away() == BoardLink::Away::NotABoard) notes << tr("no board answers here");
        if (link->away() == BoardLink::Away::AnotherBoard) notes << tr("another board answers here");
        if (link->away() == BoardLink::Away::Refused) notes << tr("it refuses this app");
    }
    return notes.join(QStringLiteral(" · "));
}

QString BoardRow::toolTip() const { return plainTip(isOffline() ? link->reason() : note()); }

QString BoardRow::accessibleText() const {
    const QString presence = isOnline() ? tr("online") : isOffline() ? tr("offline") : tr("looking");
    const QString owner = claimed() == false ? tr("nobody owns it") : QString();
    return QStringList{text(), address(), presence, owner, note()}
        .filter(QRegularExpression(QStringLiteral(".")))
        .join(QStringLiteral(", "));
}

int rowOf(const BoardRows& rows, const QUrl& url) {
    const auto found = std::ranges::find_if(rows, [&url](const BoardRow& row) { return row.isKnownAt(url); });
    return found == rows.end() ? -1 : int(found - rows.begin());
}

int rowOf(const BoardRows& rows, const BoardLink* link) {
    const auto found =
        std::ranges::find_if(rows, [link](const BoardRow& row) { return row.link.get() == link; });
    return found == rows.end() ? -1 : int(found - rows.begin());
}

int rowOfId(const BoardRows& rows, const QString& id) {
    const auto found = std::ranges::find_if(rows, [&id](const BoardRow& row) { return row.known.id == id; });
    return found == rows.end() ? -1 : int(found - rows.begin());
}

int countUnasked(const BoardRows& rows) {
    return int(
        std::ranges::count_if(rows, [](const BoardRow& row) { return row.saved.isEmpty() && !row.asked; }));
}

std::vector<Likeness> findLike(const BoardRows& rows, int row) {
    const BoardRow& mine = rows[std::size_t(row)];
    std::vector<Likeness> found;
    for (int other = 0; other < int(rows.size()); ++other) {
        const BoardRow& there = rows[std::size_t(other)];
        if (other == row || there.known.id != mine.known.id || !there.link->info() || !there.isOnline())
            continue;
        if (there.link->info()->boot_id == mine.link->info()->boot_id) {
            found.push_back({Likeness::Kind::Same, other});
        } else {
            const bool fresh = there.link->infoAge_ms() <= fresh_info_ms;
            found.push_back({fresh ? Likeness::Kind::Twin : Likeness::Kind::Unclear, other});
        }
    }
    return found;
}

}  // namespace boardwalk::desktop
