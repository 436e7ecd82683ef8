using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Simulation.Tests.Checkers;

/// <summary>The checker must detect violations: correct histories pass, modified ones fail.</summary>
public sealed class RevisionCheckerTests
{
    [Fact]
    public void GoodHistories_Pass()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            (List<Operation> history, ReplayedLog log) = Histories.Good(seed, 60);
            Assert.Null(RevisionChecker.Check(history, log));
            Assert.Null(LinearizabilitySearch.Check(history));
        }
    }

    [Fact]
    public void StaleReads_AreSeen() => EachSeed((history, log, random) =>
    {
        int at = history.FindLastIndex(operation => operation.IsRead && operation.Revision > 3);
        Operation read = history[at];
        history[at] = Histories.Call(null, read.Call + 100_000, read.Return + 100_000, 2, log.Store.Read(read.Query, 2), read.Query, client: 5000);
        return log;
    });

    [Fact]
    public void ChangedAnswers_AreSeen() => EachSeed((history, log, random) =>
    {
        Operation changed = random.Pick(history);
        changed.Answer += "x";
        return changed.Answer.StartsWith("deleted 0 ", StringComparison.Ordinal) ? null : log;
    });

    [Fact]
    public void LostWrites_AreSeen() => EachSeed((history, log, _) =>
    {
        var shorter = new ReplayedLog();
        int lost = log.Writes.Count / 2;
        foreach (ReplayedLog.Write write in log.Writes.Where(write => write.Position != lost || write.Command is not PutCommand))
        {
            shorter.Add(write.Command);
        }

        return log.Writes[lost].Command is PutCommand ? shorter : null;
    });

    [Fact]
    public void DoubledWrites_AreSeen() => EachSeed((history, log, _) =>
    {
        log.Add(log.Writes.First(write => write.Command is PutCommand).Command);
        return log;
    });

    [Fact]
    public void RefusedWrites_ThatTookEffect_AreSeen() => EachSeed((history, log, _) =>
    {
        history.First(operation => operation.Command is PutCommand).Outcome = Outcome.Failed;
        return log;
    });

    [Fact]
    public void WritesBeforeTheirCall_AreSeen() => EachSeed((history, log, _) =>
    {
        // Called after everything else had returned, but it is in the middle of the log.
        int at = history.FindIndex(operation => operation.Command is PutCommand);
        Operation put = history[at];
        history[at] = Histories.Call(put.Command, 1_000_000, 1_000_001, put.Revision, put.Answer, client: 5000);
        return log;
    });

    [Fact]
    public void SearchSeesStaleReads_WithoutRevisions()
    {
        List<Operation> history =
        [
            Histories.Call(Histories.Put("k", "a"), 0, 1, 2, "put at 2"),
            Histories.Call(Histories.Put("k", "b"), 2, 3, 3, "put at 3"),
            Histories.Call(null, 4, 5, 0, "1: k=a@2.2.1", Histories.Get("k")),
        ];
        Assert.NotNull(LinearizabilitySearch.Check(history));
        history[2] = Histories.Call(null, 4, 5, 0, "1: k=b@2.3.2", Histories.Get("k"));
        Assert.Null(LinearizabilitySearch.Check(history));
    }

    [Fact]
    public void SearchSeesLostWrites_AndAllowsUnknownOnes()
    {
        Operation unknown = Histories.Call(Histories.Put("k", "a"), 0, long.MaxValue, 0, "");
        unknown.Outcome = Outcome.Unknown;
        Assert.Null(LinearizabilitySearch.Check([unknown, Histories.Call(null, 4, 5, 0, "0: ", Histories.Get("k"))]));
        Assert.Null(LinearizabilitySearch.Check([unknown, Histories.Call(null, 4, 5, 0, "1: k=a@2.2.1", Histories.Get("k"))]));
        Operation done = Histories.Call(Histories.Put("k", "a"), 0, 1, 2, "put at 2");
        Assert.NotNull(LinearizabilitySearch.Check([done, Histories.Call(null, 4, 5, 0, "0: ", Histories.Get("k"))]));
    }

    [Fact]
    public void SearchSeesReadsThatGoBack()
    {
        Operation writing = Histories.Call(Histories.Put("k", "a"), 0, 100, 2, "put at 2");
        Assert.NotNull(LinearizabilitySearch.Check(
        [
            writing,
            Histories.Call(null, 10, 20, 0, "1: k=a@2.2.1", Histories.Get("k")),
            Histories.Call(null, 30, 40, 0, "0: ", Histories.Get("k")),
        ]));
    }

    /// <param name="spoil">Makes a good history wrong and returns the log to check it with; null when there was nothing to change.</param>
    private static void EachSeed(Func<List<Operation>, ReplayedLog, SimRandom, ReplayedLog?> spoil)
    {
        int spoilt = 0;
        for (ulong seed = 1; seed <= 150; seed++)
        {
            (List<Operation> history, ReplayedLog log) = Histories.Good(seed, 60);
            if (spoil(history, log, new SimRandom(seed)) is { } judge)
            {
                spoilt++;
                Assert.True(RevisionChecker.Check(history, judge) is not null, $"seed {seed} passes");
            }
        }

        Assert.True(spoilt > 40, $"only {spoilt} histories were spoilt");
    }
}
