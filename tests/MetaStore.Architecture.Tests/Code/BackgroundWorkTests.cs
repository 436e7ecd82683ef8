using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Code;

/// <summary>Failures of background work are always reported: work without a caller runs in SupervisedLoop, SupervisedTimer or SupervisedTask.</summary>
/// <remarks>The exceptions are listed by file, with what happens when they fail.</remarks>
public sealed partial class BackgroundWorkTests
{
    private const string EndsTheProcess = "an exception that leaves it ends the process with code 70";

    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["src/MetaStore.Raft.Runtime/Background/SupervisedTimer.cs: timer"] = "is the guard",
        ["src/MetaStore.Raft.Runtime/Background/SupervisedLoop.cs: timer"] = "is the guard",
        ["src/MetaStore.Raft.Runtime/Background/SupervisedTask.cs: discarded task"] = "is the guard",
        ["src/MetaStore.Batching/FlushTimer.cs: timer"] = EndsTheProcess,
        ["src/MetaStore.Batching/Admission/ProposalAdmission.cs: timer"] = EndsTheProcess,
        ["src/MetaStore.Engines/RocksDb/Background/ErrorWatch.cs: timer"] = EndsTheProcess,
        ["src/MetaStore.Engines/RocksDb/RocksDbLibrary.cs: work item"] = "the first use of the library throws what went wrong here",
        ["src/MetaStore.Server/Listening/GrpcListener.cs: timer"] = EndsTheProcess,
        ["src/MetaStore.Server/Listening/Connections/SpareDescriptor.cs: timer"] = EndsTheProcess,
        ["src/MetaStore.Server/Budgets/HeapTrim.cs: timer"] = EndsTheProcess,
        ["src/MetaStore.Raft.Runtime/Node/LostEntries.cs: discarded task"] = "catches everything and logs it; the next heartbeat asks again",
        ["src/MetaStore.Server/Services/BatchingService.cs: timer"] = "belongs to a call, which ends with the error",
        ["src/MetaStore.Server/Dashboard/Keys/WatchTail.cs: timer"] = "is awaited by the call, which ends with the error",
        ["src/MetaStore.Server/Services/Operations/OperationStream.cs: discarded task"] = "catches everything; the call ends with it",
        ["src/MetaStore.Server/Services/Operations/PutOperation.cs: discarded task"] = "catches everything; the operation ends with it",
        ["src/MetaStore.Server/Services/Operations/ResultSender.cs: discarded task"] = "catches everything; the call ends with it",
        ["src/MetaStore.Client/Gathering/GatheredStream.cs: discarded task"] = "catches everything; the calls end with it",
        ["src/MetaStore.Client/Gathering/GatheredStream.cs: work item"] = "begins to write, which catches everything",
        ["src/MetaStore.Client/Gathering/GatheredStream.cs: timer"] = EndsTheProcess,
        ["src/MetaStore.Client/Gathering/AnsweredCall.cs: work item"] = "completes the call's task, as awaited code does",
        ["src/MetaStore.Client/Gathering/ResumedCalls.cs: work item"] = "completes the calls' tasks, as awaited code does",
        ["src/MetaStore.Client/Gathering/BalancedCall.cs: discarded task"] = "catches everything; the call ends with it",
        ["src/MetaStore.Client/Gathering/InvokedCall.cs: discarded task"] = "catches everything; the call ends with it",
        ["src/MetaStore.Client/Gathering/GatheringInvoker.cs: continuation"] = "only counts the call, whose failure its caller gets",
        ["src/MetaStore.Raft.Runtime/Node/LeadershipWait.cs: timer"] = EndsTheProcess,
        ["src/MetaStore.IO/BackgroundWork.cs: work item"] = EndsTheProcess,
        ["src/MetaStore.IO/BackgroundWork.cs: started task"] = "the caller gets the task",
        ["src/MetaStore.Raft.Runtime/Node/RaftLoop.cs: thread"] = "catches everything and ends the process with code 70",
        ["src/MetaStore.Raft.Storage/Wal/WriteAheadLog.cs: thread"] = "catches everything and ends the process",
        ["src/MetaStore.Raft.Storage/Wal/Segments/BackgroundSegmentAllocator.cs: thread"] = "catches everything and ends the process",
        ["src/MetaStore.Server/Observability/Logging/LogQueue.cs: thread"] = EndsTheProcess,
        ["src/MetaStore.Server/Hosting/Lifetime/SystemdNotices.cs: thread"] = EndsTheProcess,
        ["src/MetaStore.Hosting/HostFatalHandler.cs: thread"] = "an exception that leaves it ends the process",
        ["src/MetaStore.Server/Auth/Passwords/PasswordThreads.cs: thread"] = "what work throws goes to the call that awaits it",
        ["src/MetaStore.Server/Apply/ApplyLoop.cs: thread"] = "catches everything and ends the process",
        ["src/MetaStore.Raft.Runtime/Transport/Listening/PeerListener.cs: thread"] = EndsTheProcess,
        ["src/MetaStore.Raft.Runtime/Transport/Listening/PeerListener.cs: started task"] = "is awaited when the listener stops; see there",
        ["src/MetaStore.Raft.Runtime/Transport/Dialing/OutboundPeer.cs: started task"] = "runs a SupervisedLoop",
        ["src/MetaStore.Raft.Runtime/Transport/InMemory/InMemoryPeerTransport.cs: started task"] = "exists for tests only",
        ["src/MetaStore.Raft.Runtime/Snapshots/SnapshotTransfer.cs: discarded task"] = "catches what can fail",
        ["src/MetaStore.Server/LogCompaction/FlushLogCompactor.cs: started task"] = "the apply thread looks at it, and ends the process",
        ["src/MetaStore.Server/Forwarding/MemberHashes.cs: started task"] = "the caller gets the task",
        ["src/MetaStore.Server/Backup/BackupStream.cs: started task"] = "the caller gets the task",
        ["src/MetaStore.StateMachine/Mvcc/Index/KeyIndexLoader.cs: started task"] = "is awaited in the same method",
        ["src/MetaStore.Cli/Check/PerfCheck.cs: started task"] = "is awaited in the same statement",
        ["src/MetaStore.Cli/Migration/MigrationRun.cs: timer"] = "is awaited by the command, which ends with the error",
        ["src/MetaStore.Cli/Migration/TargetLeases.cs: timer"] = "the command looks at it each second, and ends with its error",
        ["src/MetaStore.Cli/Commands/Files/EngineCommand.cs: started task"] = "the caller gets the task",
    };

    private static readonly (string Kind, Regex Form)[] Forms =
    [
        ("async void", AsyncVoid()),
        ("discarded task", DiscardedTask()),
        ("dropped task", DroppedTask()),
        ("timer", NewTimer()),
        ("thread", NewThread()),
        ("work item", WorkItem()),
        ("started task", StartedTask()),
        ("continuation", Continuation()),
    ];

    [Fact]
    public void WorkWithoutACaller_IsSupervised_OrSaysHereWhatItsFailureDoes()
    {
        var unseen = Repository.Files("src", "*.cs")
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(path => FoundIn(path, Repository.Read(path)))
            .Where(found => !Exempt.ContainsKey(found[..found.LastIndexOf(" line", StringComparison.Ordinal)]));
        Assert.Empty(unseen);
    }

    [Theory]
    [InlineData("    _ = SendAsync(install);", "discarded task")]
    [InlineData("    options.Background.Run(() => _ = SendAsync(install));", "discarded task")]
    [InlineData("    _ = peer.DisposeAsync().AsTask();", "discarded task")]
    [InlineData("    SendAsync(install);", "dropped task")]
    [InlineData("    private async void OnTick()", "async void")]
    [InlineData("    _timer = time.CreateTimer(_ => Look(), null, interval, interval);", "timer")]
    [InlineData("    _timer = new Timer(_ => Look());", "timer")]
    [InlineData("    Task.Run(Look);", "started task")]
    [InlineData("    _work = Task.Run(Look);", "started task")]
    [InlineData("    task.ContinueWith(done => Look());", "continuation")]
    [InlineData("    new Thread(Run).Start();", "thread")]
    [InlineData("    ThreadPool.QueueUserWorkItem(_ => Look());", "work item")]
    public void EachForm_IsRecognized(string line, string kind) =>
        Assert.Equal([$"x.cs: {kind} line 1"], FoundIn("x.cs", line));

    [Theory]
    [InlineData("    await SendAsync(install);")]
    [InlineData("    return SendAsync(install);")]
    [InlineData("    await task.ContinueWith(static _ => { }, TaskScheduler.Default);")]
    [InlineData("    await Task.Run(() => engine.Compact(stop), stop);")]
    [InlineData("    _ = TryParse(text, out var value);")]
    [InlineData("    private static async Task SendAsync(PipeReader source);")]
    [InlineData("    // _ = SendAsync(install);")]
    public void WhatIsAwaited_IsNoFinding(string line) => Assert.Empty(FoundIn("x.cs", line));

    private static IEnumerable<string> FoundIn(string path, string text)
    {
        var lines = text.Split('\n');
        var before = "";
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            // A call that continues an expression started above has its value used.
            var isStatement = before.Length == 0 || before[^1] is ';' or '{' or '}';
            before = line.Length > 0 ? line : before;
            foreach (var (kind, _) in Forms.Where(form => form.Form.IsMatch(line) && (isStatement || form.Kind != "dropped task")))
            {
                yield return $"{path}: {kind} line {i + 1}";
            }
        }
    }

    [GeneratedRegex(@"\basync void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"(^|\s)_ = [^;]*(Async\(|\.AsTask\(|\bTask\.(Run|Delay|When\w+|Factory)\b)")]
    private static partial Regex DiscardedTask();

    [GeneratedRegex(@"^(?!(await|return|using|private|public|internal|protected)\b)[\w.]*\w+Async\([^;]*\);$")]
    private static partial Regex DroppedTask();

    [GeneratedRegex(@"\bnew (System\.Threading\.)?(Timer|PeriodicTimer)\(|\.CreateTimer\(")]
    private static partial Regex NewTimer();

    [GeneratedRegex(@"\bnew Thread\(")]
    private static partial Regex NewThread();

    [GeneratedRegex(@"QueueUserWorkItem\(|RegisterWaitForSingleObject\(")]
    private static partial Regex WorkItem();

    [GeneratedRegex(@"^(?!.*(\bawait |SupervisedTask\.Observe)).*(Task\.Run\(|Task\.Factory\.StartNew\()")]
    private static partial Regex StartedTask();

    [GeneratedRegex(@"^(?!.*\bawait ).*\.ContinueWith\(")]
    private static partial Regex Continuation();
}
