#include "desktop/core/board_state.hpp"

#include <algorithm>

#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

namespace {

/// The same readings and outputs apart from their values: then views can stay.
bool sameStructure(const protocol::State& a, const protocol::State& b) {
    const auto sameReading = [](protocol::Reading x, const protocol::Reading& y) {
        x.value = y.value;
        x.status = y.status;
        return x == y;
    };
    const auto sameOutput = [](protocol::Output x, const protocol::Output& y) {
        x.value = y.value;
        return x == y;
    };
    return std::ranges::equal(a.readings, b.readings, sameReading) &&
           std::ranges::equal(a.outputs, b.outputs, sameOutput);
}

template <class List>
auto* find(List& list, const std::string& id) {
    const auto found = std::ranges::find_if(list, [&](const auto& each) { return each.id == id; });
    return found == list.end() ? nullptr : &*found;
}

}  // namespace

void BoardState::applySnapshot(const protocol::State& snapshot) {
    // After a restart uptimes begin again: the old past has no place on the new axis.
    if (m_known && snapshot.boot_id != m_state.boot_id) m_series.clear();
    const bool same = m_known && sameStructure(m_state, snapshot) && snapshot.boot_id == m_state.boot_id;
    m_state = snapshot;
    m_known = true;
    m_sinceSnapshot.start();
    appendSamples(qint64(snapshot.uptime_ms));
    if (!same) Q_EMIT structureChanged();
    Q_EMIT readingsChanged();
    Q_EMIT outputsChanged();
}

BoardState::Applied BoardState::applyDelta(const protocol::StateDelta& delta) {
    if (!m_known || delta.since != m_state.seq) return Applied::Missed;
    for (const protocol::ReadingChange& change : delta.readings) {
        if (protocol::Reading* reading = find(m_state.readings, change.id)) reading->value = change.value;
    }
    for (const protocol::OutputChange& change : delta.outputs) {
        if (protocol::Output* output = find(m_state.outputs, change.id)) output->value = change.value;
    }
    m_state.seq = delta.seq;
    m_state.time = delta.time;
    if (!delta.readings.empty()) {
        // All of them, also those that did not change: else the line would slope from the last change to the
        // next.
        appendSamples(uptimeNow());
        Q_EMIT readingsChanged();
    }
    if (!delta.outputs.empty()) Q_EMIT outputsChanged();
    return Applied::Yes;
}

void BoardState::applyOutput(const std::string& id, const protocol::OutputValue& value) {
    protocol::Output* output = find(m_state.outputs, id);
    if (!output || output->value == value) return;
    output->value = value;
    Q_EMIT outputsChanged();
}

void BoardState::addHistory(const protocol::History& history) {
    if (!m_known || history.boot_id != m_state.boot_id) return;
    std::vector<Sample> samples;
    samples.reserve(history.samples.size());
    for (const protocol::Sample& sample : history.samples) {
        samples.push_back({qint64(sample.uptime_ms), sample.value.value_or(Sample().value)});
    }
    m_series[qt(history.series)].merge(samples);
    Q_EMIT historyAdded();
}

const protocol::Reading* BoardState::reading(const std::string& id) const {
    return find(m_state.readings, id);
}
const protocol::Output* BoardState::output(const std::string& id) const { return find(m_state.outputs, id); }

const SeriesRing& BoardState::series(const std::string& id) const {
    static const SeriesRing none;
    const auto found = m_series.constFind(qt(id));
    return found == m_series.constEnd() ? none : *found;
}

qint64 BoardState::uptimeNow() const {
    return m_known ? qint64(m_state.uptime_ms) + m_sinceSnapshot.elapsed() : 0;
}

void BoardState::appendSamples(qint64 uptime_ms) {
    for (const protocol::Reading& reading : m_state.readings) {
        m_series[qt(reading.id)].append({uptime_ms, reading.value.value_or(Sample().value)});
    }
}

}  // namespace boardwalk::desktop
