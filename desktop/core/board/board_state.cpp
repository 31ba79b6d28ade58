#include "desktop/core/board/board_state.hpp"

#include <algorithm>
#include <utility>

#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

namespace {

constexpr std::uint64_t hole_ms_min = 1000;

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

/// Whether the board recorded nothing between sample `i` and the one before for much longer than it does
/// around them: it measures by the clock. (Another period from there on is no hole.)
bool isHole(const std::vector<protocol::Sample>& samples, std::size_t i) {
    const auto gap = [&](std::size_t of) { return samples[of].uptime_ms - samples[of - 1].uptime_ms; };
    if (samples[i].uptime_ms <= samples[i - 1].uptime_ms) return false;
    std::uint64_t around_ms = hole_ms_min;
    if (i > 1) around_ms = std::max(around_ms, gap(i - 1));
    if (i + 1 < samples.size()) around_ms = std::max(around_ms, gap(i + 1));
    return gap(i) > 3 * around_ms;
}

void makeShowable(std::string& text) {
    text = printable(qt(clipped(text, name_characters_max))).toStdString();
}

/// Bounded, and words that are one plain line each, wherever they are shown from now on. Ids and options are
/// said back to the board, and stay.
void makeShowable(protocol::State& told) {
    told.readings.resize(std::min(told.readings.size(), BoardState::readings_max));
    told.outputs.resize(std::min(told.outputs.size(), BoardState::outputs_max));
    for (protocol::Reading& each : told.readings)
        for (std::string* text : {&each.name, &each.group, &each.unit})
            makeShowable(*text);
    for (protocol::Output& each : told.outputs) {
        for (std::string* text : {&each.name, &each.group, &each.unit})
            makeShowable(*text);
        each.options.resize(std::min(each.options.size(), BoardState::options_max));
    }
}

template <class List>
auto* find(List& list, const std::string& id) {
    const auto found = std::ranges::find_if(list, [&](const auto& each) { return each.id == id; });
    return found == list.end() ? nullptr : &*found;
}

}  // namespace

void BoardState::applySnapshot(const protocol::State& snapshot) {
    const bool sameStart = m_known && snapshot.boot_id == m_state.boot_id;
    if (sameStart && snapshot.seq < m_state.seq && !isFrozen()) return;  // asked for before a newer word came
    if (m_known && !sameStart) {
        keepPastOfOtherStart(snapshot);
        m_confirmed.clear();
    }
    const protocol::State before = std::exchange(m_state, snapshot);
    makeShowable(m_state);
    keepConfirmed(before);
    const bool same = sameStart && sameStructure(before, m_state);
    m_known = true;
    m_frozenAt_ms = -1;
    m_sinceSnapshot.start();
    if (!same) m_series.removeIf([this](const auto& each) { return !reading(each.key().toStdString()); });
    appendSamples(qint64(snapshot.uptime_ms));
    if (!same) Q_EMIT structureChanged();
    Q_EMIT readingsChanged();
    Q_EMIT outputsChanged();
    Q_EMIT told();
}

/// After a restart uptimes begin again: what was seen before stands at times below 0, with a gap behind it.
void BoardState::keepPastOfOtherStart(const protocol::State& fresh) {
    const qint64 now_ms = qint64(m_state.uptime_ms) + m_sinceSnapshot.elapsed();  // by the old start's clock
    for (SeriesRing& series : m_series) {
        if (series.isEmpty()) continue;
        series.append({series.last().uptime_ms + 1});
        // Both clocks are estimates: nothing of before may come to lie in this start.
        series.shift(std::min(qint64(fresh.uptime_ms) - now_ms, -1 - series.last().uptime_ms));
    }
}

BoardState::Applied BoardState::applyDelta(const protocol::StateDelta& delta) {
    if (!m_known || delta.since != m_state.seq) return Applied::Missed;
    for (const protocol::ReadingChange& change : delta.readings) {
        if (protocol::Reading* reading = find(m_state.readings, change.id)) reading->value = change.value;
    }
    for (const protocol::OutputChange& change : delta.outputs) {
        protocol::Output* output = find(m_state.outputs, change.id);
        if (output && delta.seq >= m_confirmed.value(qt(output->id))) output->value = change.value;
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
    Q_EMIT told();
    return Applied::Yes;
}

void BoardState::applyOutput(const protocol::OutputResult& result, const std::string& boot) {
    protocol::Output* output = find(m_state.outputs, result.id);
    if (!output || boot != m_state.boot_id || result.seq <= m_state.seq) return;
    m_confirmed.insert(qt(result.id), result.seq);
    if (output->value == result.value) return;
    output->value = result.value;
    Q_EMIT outputsChanged();
}

/// A snapshot of before the board's answer has the value of before it.
void BoardState::keepConfirmed(const protocol::State& before) {
    for (protocol::Output& output : m_state.outputs) {
        if (m_state.seq >= m_confirmed.value(qt(output.id))) continue;
        const auto* known = find(before.outputs, output.id);
        if (known && known->kind == output.kind) output.value = known->value;
    }
}

void BoardState::addHistory(const protocol::History& history) {
    if (!m_known || history.boot_id != m_state.boot_id) return;
    std::vector<Sample> samples;
    samples.reserve(history.samples.size());
    const auto& told = history.samples;
    for (std::size_t i = 0; i < told.size(); ++i) {
        if (i > 0 && isHole(told, i)) samples.push_back({qint64(told[i - 1].uptime_ms) + 1});
        samples.push_back({qint64(told[i].uptime_ms), told[i].value.value_or(Sample().value)});
    }
    if (!reading(history.series)) return;
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

void BoardState::markGap(qint64 ago_ms) {
    if (!m_known) return;
    const qint64 from_ms = uptimeNow() - ago_ms;
    for (SeriesRing& series : m_series) {
        if (!series.isEmpty()) series.append({std::max(from_ms, series.last().uptime_ms + 1)});
    }
}

void BoardState::freeze() {
    if (!m_known || isFrozen()) return;
    m_frozenAt_ms = uptimeNow();
    m_frozenAt = QDateTime::currentDateTime();
}

void BoardState::forgetPast() { m_series.clear(); }

qint64 BoardState::uptimeNow() const {
    if (isFrozen()) return m_frozenAt_ms;
    return m_known ? qint64(m_state.uptime_ms) + m_sinceSnapshot.elapsed() : 0;
}

QDateTime BoardState::clockNow() const { return isFrozen() ? m_frozenAt : QDateTime::currentDateTime(); }

void BoardState::appendSamples(qint64 uptime_ms) {
    for (const protocol::Reading& reading : m_state.readings) {
        m_series[qt(reading.id)].append({uptime_ms, reading.value.value_or(Sample().value)});
    }
}

}  // namespace boardwalk::desktop
