using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Code;

/// <summary>What the simulator runs in virtual time has no other clock and no other executor than it is given (ADR 0030).</summary>
public sealed partial class OneClockTests
{
    private static readonly string[] Simulated =
    [
        "src/MetaStore.Batching/", "src/MetaStore.Server/Proposals/", "src/MetaStore.Server/Reads/", "src/MetaStore.Server/Leases/Lease",
        "src/MetaStore.Server/Forwarding/Leader", "src/MetaStore.Server/Forwarding/Lease",
        "src/MetaStore.Raft.Runtime/Reads/", "src/MetaStore.Raft.Runtime/Node/Inbox/", "src/MetaStore.Raft.Runtime/Node/Leadership",
    ];

    [Fact]
    public void WhatIsSimulated_TakesClockAndThreadsFromOutside()
    {
        var found = Repository.Files("src", "*.cs")
            .Where(path => Array.Exists(Simulated, start => path.StartsWith(start, StringComparison.Ordinal)))
            .SelectMany(path => OwnIn(Repository.Read(path)).Select(line => $"{path}: {line}"));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("long deadlineAt = Environment.TickCount64 + patience;")]
    [InlineData("long now = Stopwatch.GetTimestamp();")]
    [InlineData("DateTime now = DateTime.UtcNow;")]
    [InlineData("await Task.Delay(Pause, stop);")]
    [InlineData("ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);")]
    [InlineData("_ = Task.Run(Look);")]
    [InlineData("var timer = new Timer(_ => Look());")]
    public void EachForm_IsRecognized(string line) => Assert.Single(OwnIn(line));

    [Theory]
    [InlineData("long now = time.GetTimestamp();")]
    [InlineData("await Task.Delay(pause, time, stop);")]
    [InlineData("_background.Queue(this);")]
    [InlineData("public ProposalBatcher() : this(BackgroundWork.ThreadPool)")]
    [InlineData("/// <summary>Timestamps of <see cref=\"Stopwatch\"/>.</summary>")]
    public void WhatIsGiven_IsNoFinding(string line) => Assert.Empty(OwnIn(line));

    private static IEnumerable<string> OwnIn(string text) => text.Split('\n')
        .Select(line => line.Trim())
        .Where(line => !line.StartsWith("//", StringComparison.Ordinal) && Own().IsMatch(line));

    [GeneratedRegex(@"TickCount|Stopwatch\.|\bDateTime(Offset)?\.(Utc)?Now|TimeProvider\.System|Task\.Delay\((?!.*\btime\b)|(?<!BackgroundWork\.)\bThreadPool\.\w+\(|Task\.Run\(|new (Periodic)?Timer\(")]
    private static partial Regex Own();
}
