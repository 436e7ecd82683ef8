using MetaStore.Crashes.Tests.Load;
using MetaStore.Crashes.Tests.Model;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Crashes.Tests.Check;

/// <summary>Tests the comparison: a correct state passes, and each kind of damage is detected.</summary>
public sealed class ContentCheckTests
{
    private const int Calls = 300;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WhatTheCallsMade_IsRight(int seed)
    {
        var (calls, content) = Good(seed);
        Assert.Empty(ContentCheck.Run(new StoreModel(), calls, content, leastIndex: 7));
    }

    [Fact]
    public void OneOpenCall_MayBeThereOrNot()
    {
        var (calls, content) = Good(4);
        var put = calls.Last(call => call is KvCall { Guard: null, Then: [{ Value: not null }] });
        put.Answered = null;
        Assert.Empty(ContentCheck.Run(new StoreModel(), calls, content, leastIndex: 7));
        var never = new KvCall(null, [new Change("key/00", "never arrived")], []);
        Assert.Empty(ContentCheck.Run(new StoreModel(), [.. calls, never], content, leastIndex: 7));
    }

    [Theory]
    [InlineData("the last revision is lost")]
    [InlineData("a revision in the middle is lost")]
    [InlineData("a revision is there twice")]
    [InlineData("two revisions have changed places")]
    [InlineData("a value is another")]
    [InlineData("a version is one too high")]
    [InlineData("a key is gone")]
    [InlineData("a key too many")]
    [InlineData("a key of an older revision is gone")]
    [InlineData("the hash is another")]
    [InlineData("the compaction is lost")]
    [InlineData("a compaction without a request")]
    [InlineData("a lease is lost")]
    [InlineData("a lease has come back")]
    [InlineData("a lease has lost a key")]
    [InlineData("the index has gone back")]
    [InlineData("not all is applied")]
    public void WhatIsSpoilt_IsNoticed(string how)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (calls, content) = Good(seed);
            var spoilt = Spoil(content, how);
            Assert.True(ContentCheck.Run(new StoreModel(), calls, spoilt, leastIndex: 7).Count > 0, $"seed {seed}: {how}, undetected");
        }
    }

    /// <summary>Calls that all got a response, and the state of a store that executed them.</summary>
    private static (List<CrashCall> Calls, NodeContent Content) Good(int seed)
    {
        var model = new StoreModel();
        var source = new CallSource(new Random(seed), $"s{seed}");
        var calls = new List<CrashCall>();
        var history = new List<IReadOnlyList<Event>>();
        for (var i = 0; i < Calls; i++)
        {
            var call = source.Next();
            var changes = model.Foresee(call);
            if (changes.Count > 0)
            {
                model.Take(changes);
                history.Add([.. changes.Select(change => change.Event)]);
            }

            _ = call switch
            {
                GrantCall grant => model.Leases.Add(grant.Id),
                RevokeCall revoke => model.Leases.Remove(revoke.Id),
                _ => false,
            };
            call.Answered = model.Revision;
            source.Learn(call);
            calls.Add(call);
        }

        var old = model.Revision - 20;
        var compact = new CompactCall(old - 20, Physical: false) { Answered = model.Revision };
        calls.Add(compact);
        model.Compact(compact.Revision);
        return (calls, new NodeContent
        {
            Revision = model.Revision,
            Compacted = compact.Revision,
            Hash = model.Hash(),
            History = history,
            Pairs = [.. model.Live.Select(record => record.Pair)],
            OldPairs = [.. model.At(old).Select(record => record.Pair)],
            OldRevision = old,
            Leases = [.. model.Leases.Order()],
            LeaseKeys = model.Leases.ToDictionary(
                lease => lease, lease => model.Live.Where(record => record.Lease == lease).Select(record => record.Key).ToArray()),
            CommittedIndex = 7,
            AppliedIndex = 7,
        });
    }

    private static NodeContent Spoil(NodeContent good, string how)
    {
        var history = good.History.ToList();
        var middle = history.Count / 2;
        var pairs = good.Pairs.Select(pair => pair.Clone()).ToList();
        var leased = good.LeaseKeys.First(pair => pair.Value.Length > 0).Key;
        switch (how)
        {
            case "the last revision is lost":
                return good with { History = history[..^1], Revision = good.Revision - 1 };
            case "a revision in the middle is lost":
                history.RemoveAt(middle);
                return good with { History = Renumbered(history), Revision = good.Revision - 1 };
            case "a revision is there twice":
                history.Insert(middle, history[middle]);
                return good with { History = Renumbered(history), Revision = good.Revision + 1 };
            case "two revisions have changed places":
                (history[middle], history[middle + 1]) = (history[middle + 1], history[middle]);
                return good with { History = Renumbered(history) };
            case "a value is another":
                pairs[0].Value = Google.Protobuf.ByteString.CopyFromUtf8("another");
                return good with { Pairs = pairs };
            case "a version is one too high":
                pairs[0].Version++;
                return good with { Pairs = pairs };
            case "a key is gone":
                return good with { Pairs = pairs[1..] };
            case "a key too many":
                return good with { Pairs = [.. pairs, new KeyValue { Key = Google.Protobuf.ByteString.CopyFromUtf8("key/99") }] };
            case "a key of an older revision is gone":
                return good with { OldPairs = [.. good.OldPairs.Skip(1)] };
            case "the hash is another":
                return good with { Hash = good.Hash ^ 1 };
            case "the compaction is lost":
                return good with { Compacted = -1 };
            case "a compaction without a request":
                return good with { Compacted = good.Compacted + 1 };
            case "a lease is lost":
                return good with { Leases = [.. good.Leases.Skip(1)] };
            case "a lease has come back":
                return good with { Leases = [.. good.Leases, 12345], LeaseKeys = new Dictionary<long, string[]>(good.LeaseKeys) { [12345] = [] } };
            case "a lease has lost a key":
                return good with { LeaseKeys = new Dictionary<long, string[]>(good.LeaseKeys) { [leased] = [] } };
            case "the index has gone back":
                return good with { AppliedIndex = 6, CommittedIndex = 6 };
            default:
                return good with { AppliedIndex = 7, CommittedIndex = 8 };
        }
    }

    private static List<IReadOnlyList<Event>> Renumbered(IReadOnlyList<IReadOnlyList<Event>> history) =>
        [.. history.Select((events, i) => (IReadOnlyList<Event>)[.. events.Select(change =>
        {
            var copy = change.Clone();
            copy.Kv.ModRevision = i + 2;
            return copy;
        })])];
}
