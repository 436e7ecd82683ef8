using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Simulation.Tests.Checkers;

/// <summary>Correct watches of random histories pass; each kind of modification is detected.</summary>
public sealed class WatchCheckerTests
{
    private const int Seeds = 150;

    [Fact]
    public void GoodWatches_Pass() => EachSeed((watch, _) => watch, isGood: true);

    [Fact]
    public void LostEvents_AreSeen() => EachSeed((watch, random) => With(watch, events => events.RemoveAt(random.Next(events.Count - 1))));

    [Fact]
    public void DoubledEvents_AreSeen() => EachSeed((watch, random) => With(watch, events => events.Insert(0, random.Pick(events))));

    [Fact]
    public void SwappedEvents_AreSeen() => EachSeed((watch, random) => With(watch, events =>
    {
        int at = random.Next(events.Count - 1);
        (events[at], events[at + 1]) = (events[at + 1], events[at]);
    }));

    [Fact]
    public void ChangedEvents_AreSeen() => EachSeed((watch, random) => With(watch, events =>
    {
        int at = random.Next(events.Count);
        events[at] = events[at] with { Text = events[at].Text + "x" };
    }));

    [Fact]
    public void EventsOfThePast_AreSeen() => EachSeed((watch, _) => With(watch, _ => { }, from: watch.Events[0].Revision + 1));

    [Fact]
    public void ProgressAheadOfEvents_IsSeen() => EachSeed((watch, _) =>
    {
        WatchRecord lagging = With(watch, events => events.RemoveAt(events.Count - 1));
        lagging.Progressed(watch.Events[^1].Revision);
        return lagging;
    });

    [Fact]
    public void ProgressThatGoesBack_IsSeen() => EachSeed((watch, _) =>
    {
        watch.Progressed(watch.Next + 3);
        watch.Progressed(watch.Next - 2);
        return watch;
    });

    [Fact]
    public void EndWithoutCompaction_IsSeen() => EachSeed((watch, _) =>
    {
        watch.Compacted = watch.Next + 5;
        return watch;
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RevisionInTwoResponses_MustSaySo(bool isFragment)
    {
        ReplayedLog log = Two();
        WatchRecord watch = Record();
        watch.Created(1);
        watch.Got([(2, log.Store.Changes[0].Event)], isFragment);
        watch.Got([(2, log.Store.Changes[1].Event)], isFragment: false);
        Assert.Equal(isFragment, WatchChecker.Check(watch, log.Store) is null);
    }

    [Fact]
    public void PairBefore_MayOnlyBeMissing_WhenCompacted()
    {
        var log = new ReplayedLog(keepsChanges: true);
        log.Add(Histories.Put("k", "a"));
        log.Add(Histories.Put("k", "b"));
        var watch = new WatchRecord { Key = "k", RangeEnd = string.Empty, PrevKv = true };
        watch.Created(2);
        watch.Got([(3, log.Store.Changes[1].Event)], isFragment: false);
        Assert.NotNull(WatchChecker.Check(watch, log.Store));
        log.Add(new CompactCommand { Revision = 3 });
        Assert.Null(WatchChecker.Check(watch, log.Store));
    }

    private static WatchRecord Record() => new() { Key = "k", RangeEnd = "l" };

    private static ReplayedLog Two()
    {
        var log = new ReplayedLog(keepsChanges: true);
        log.Add(new TxnCommand { Success = [TxnOp.Of(Histories.Put("k1", "a")), TxnOp.Of(Histories.Put("k2", "b"))] });
        return log;
    }

    private static WatchRecord With(WatchRecord watch, Action<List<WatchRecord.Event>> spoil, long from = 0)
    {
        List<WatchRecord.Event> events = [.. watch.Events];
        spoil(events);
        WatchRecord spoilt = Record();
        spoilt.Created((from > 0 ? from : watch.From) - 1);
        foreach (WatchRecord.Event seen in events)
        {
            spoilt.Got([(seen.Revision, seen.Text)], isFragment: false);
        }

        return spoilt;
    }

    private static void EachSeed(Func<WatchRecord, SimRandom, WatchRecord> spoil, bool isGood = false)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var random = new SimRandom(seed);
            var log = new ReplayedLog(keepsChanges: true);
            for (int i = 0; i < 30; i++)
            {
                log.Add(random.Chance(0.2) ? Histories.Delete($"k{random.Next(3)}") : Histories.Put($"k{random.Next(3)}", $"v{i}"));
            }

            WatchRecord watch = Record();
            watch.Created(random.Between(1, 8));
            foreach (ReferenceChange change in log.Store.Changes.Where(change => change.Revision >= watch.From))
            {
                watch.Got([(change.Revision, change.Event)], isFragment: false);
                if (random.Chance(0.1))
                {
                    watch.Progressed(change.Revision);
                }
            }

            Assert.True(WatchChecker.Check(spoil(watch, random), log.Store) is null == isGood, $"seed {seed}");
        }
    }
}
