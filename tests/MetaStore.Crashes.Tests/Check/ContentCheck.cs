using MetaStore.Crashes.Tests.Load;
using MetaStore.Crashes.Tests.Model;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Crashes.Tests.Check;

/// <summary>Compares a member's state after a crash with the responses that clients received.</summary>
/// <remarks>
/// Every revision must be the effect of one call, exactly as in the model: a call with a response at that revision, one without a response at most
/// once. The resulting keys, versions, leases, old revisions and the hash must be equal.
/// </remarks>
internal static class ContentCheck
{
    /// <summary>Advances the model to the member's state.</summary>
    /// <param name="model">The model as of the last check.</param>
    /// <param name="calls">The calls sent since then.</param>
    /// <param name="content">The state reported by the member.</param>
    /// <param name="leastIndex">An index known to be committed.</param>
    /// <returns>Descriptions of all differences.</returns>
    public static List<string> Run(StoreModel model, IReadOnlyList<CrashCall> calls, NodeContent content, ulong leastIndex)
    {
        var wrong = new List<string>();
        Replay(model, calls, content, wrong);
        Compactions(model, calls, content, wrong);
        Leases(model, calls, content, wrong);
        Expect(content.Revision == model.Revision, $"the member is at revision {content.Revision}, its history ends at {model.Revision}");
        Pairs("now", model.Live, content.Pairs, wrong);
        if (content.OldRevision >= model.Compacted)
        {
            Pairs($"at revision {content.OldRevision}", model.At(content.OldRevision), content.OldPairs, wrong);
        }

        Expect(content.Hash == model.Hash(), $"hash {content.Hash:x8}, by the model {model.Hash():x8}");
        Expect(content.AppliedIndex == content.CommittedIndex, $"applied index {content.AppliedIndex} of {content.CommittedIndex}, although there are no writes");
        Expect(content.AppliedIndex >= leastIndex, $"applied index {content.AppliedIndex}, but {leastIndex} was committed before");
        return wrong;

        void Expect(bool holds, string what)
        {
            if (!holds)
            {
                wrong.Add(what);
            }
        }
    }

    private static void Replay(StoreModel model, IReadOnlyList<CrashCall> calls, NodeContent content, List<string> wrong)
    {
        var writes = calls.Where(call => call is KvCall or RevokeCall && !call.Refused).ToList();
        var answered = writes.Where(call => call.Answered is not null).ToLookup(call => call.Answered!.Value);
        var open = writes.Where(call => call.Answered is null).ToList();
        var done = new HashSet<CrashCall>(ReferenceEqualityComparer.Instance);
        Idle(model.Revision);
        foreach (var events in content.History)
        {
            var next = model.Revision + 1;
            var revision = events[0].Kv.ModRevision;
            if (revision != next)
            {
                wrong.Add($"history goes from revision {model.Revision} to {revision}");
                return;
            }

            var cause = answered[next].Concat(open).FirstOrDefault(call => !done.Contains(call) && IsDoing(model.Foresee(call), events));
            if (cause is null)
            {
                wrong.Add($"no client asked for revision {next}: {string.Join(", ", events.Select(Short))}");
                return;
            }

            model.Take(model.Foresee(cause));
            done.Add(cause);
            Idle(next);
        }

        foreach (var lost in answered.Where(group => group.Key > model.Revision).SelectMany(group => group))
        {
            wrong.Add($"lost: {lost}");
        }

        void Idle(long revision)
        {
            // A call that changed nothing returns this revision too; the model must confirm that it changed nothing at this revision.
            foreach (var idle in answered[revision].Where(call => !done.Contains(call) && model.Foresee(call).Count > 0))
            {
                wrong.Add($"lost: {idle} was answered with revision {revision} and is not in the history");
            }
        }
    }

    private static bool IsDoing(IReadOnlyList<ModelRecord> foreseen, IReadOnlyList<Event> events) =>
        foreseen.Count == events.Count && foreseen.Zip(events).All(pair => pair.First.Event.Equals(pair.Second));

    private static void Compactions(StoreModel model, IReadOnlyList<CrashCall> calls, NodeContent content, List<string> wrong)
    {
        var compactions = calls.OfType<CompactCall>().Where(call => !call.Refused).ToArray();
        var least = compactions.Where(call => call.Answered is not null).Select(call => call.Revision).Append(model.Compacted).Max();
        var known = compactions.Select(call => call.Revision).Append(model.Compacted);
        if (content.Compacted < least || !known.Contains(content.Compacted))
        {
            wrong.Add($"compacted revision is {content.Compacted}; {least} was acknowledged, requested were {string.Join(", ", known)}");
        }

        model.Compact(content.Compacted);
    }

    private static void Leases(StoreModel model, IReadOnlyList<CrashCall> calls, NodeContent content, List<string> wrong)
    {
        var open = new HashSet<long>();
        foreach (var call in calls.Where(call => !call.Refused))
        {
            switch (call)
            {
                case GrantCall grant:
                    _ = grant.Answered is null ? open.Add(grant.Id) : model.Leases.Add(grant.Id);
                    break;
                case RevokeCall revoke:
                    _ = revoke.Answered is null ? open.Add(revoke.Id) : model.Leases.Remove(revoke.Id);
                    break;
            }
        }

        foreach (var lease in content.Leases.Except(model.Leases).Except(open))
        {
            wrong.Add($"lease {lease} exists, but should not");
        }

        foreach (var lease in model.Leases.Except(content.Leases).Except(open))
        {
            wrong.Add($"lease {lease} is lost");
        }

        model.Leases.Clear();
        model.Leases.UnionWith(content.Leases);
        foreach (var lease in content.Leases)
        {
            var keys = model.Live.Where(record => record.Lease == lease).Select(record => record.Key);
            if (!keys.SequenceEqual(content.LeaseKeys[lease], StringComparer.Ordinal))
            {
                wrong.Add($"lease {lease} holds {string.Join(", ", content.LeaseKeys[lease])}; by the model {string.Join(", ", keys)}");
            }
        }

        foreach (var orphan in model.Live.Where(record => record.Lease != 0 && !model.Leases.Contains(record.Lease)))
        {
            wrong.Add($"{orphan.Key} is attached to lease {orphan.Lease}, which does not exist");
        }
    }

    private static void Pairs(string when, IEnumerable<ModelRecord> expected, IReadOnlyList<KeyValue> found, List<string> wrong)
    {
        var byKey = found.ToDictionary(pair => pair.Key.ToStringUtf8(), StringComparer.Ordinal);
        foreach (var record in expected)
        {
            if (!byKey.Remove(record.Key, out var pair))
            {
                wrong.Add($"{record.Key} is missing {when}");
            }
            else if (!pair.Equals(record.Pair))
            {
                wrong.Add($"{record.Key} {when}: mod {pair.ModRevision}, version {pair.Version}; by the model mod {record.Main}, version {record.Version}");
            }
        }

        wrong.AddRange(byKey.Keys.Select(key => $"{key} exists {when}, but should not"));
    }

    private static string Short(Event change) =>
        $"{change.Type} {change.Kv.Key.ToStringUtf8()} {change.Kv.Value.ToStringUtf8()[..Math.Min(24, change.Kv.Value.Length)]}";
}
