using MetaStore.Compatibility.Tests.Comparison;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>Runs one long script of etcdctl commands against etcd and against MetaStore and compares output and exit codes.</summary>
[Collection("processes")]
public sealed class EtcdctlScriptTests(ITestOutputHelper output)
{
    private const int Members = 3;

    /// <summary>Repetitions with new clusters after a lost step: an overloaded machine does not lose one each time, a wrong server does.</summary>
    private const int Attempts = 2;

    /// <summary>Limit for what a server does after a command has ended: a follower applies, a lease expires, a mirror copies.</summary>
    private static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(20);

    private static IReadOnlyList<ScriptCommand> Script => ScriptCommand.Read(Path.Combine(AppContext.BaseDirectory, "Etcdctl", "commands.script"));

    [Fact]
    public void Script_HasAtLeast400Commands() => Assert.True(Script.Count >= 400, $"{Script.Count} commands");

    // The row of another etcd shows that the normalization masks everything that is not deterministic.
    [SkippableTheory]
    [RowOnRequest("etcd")]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task Script_OnAnotherCluster_PrintsWhatItPrintsOnEtcd(string other)
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd and etcdctl are not installed");
        await CompareAsync(() => other == "etcd" ? ProcessCluster.OfEtcd(Members) : ProcessCluster.OfMetaStore(Members, EngineFlags.Of(other)));
    }

    [SkippableFact]
    public async Task ACommandThatOneClusterDidNotApply_StopsTheScript()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        await using var one = ProcessCluster.OfMetaStore(1);
        await using var other = ProcessCluster.OfMetaStore(1);
        await Task.WhenAll(one.StartAsync(), other.StartAsync());
        using var left = new EtcdctlRun(one);
        using var right = new EtcdctlRun(other);
        var command = new ScriptCommand(7, ScriptMode.Whole, 0, "put key value", string.Empty);
        await left.RunAsync(command);
        var lost = await Assert.ThrowsAsync<LostStepException>(() => RevisionCheck.SameAsync(left, right, command, limit: TimeSpan.FromSeconds(1)));
        Assert.Contains("line 7: etcdctl put key value: ", lost.Message, StringComparison.Ordinal);
        Assert.Contains("revision 2 on etcd, 1 on the other cluster", lost.Message, StringComparison.Ordinal);
        await right.RunAsync(command);
        await RevisionCheck.SameAsync(left, right, command, RestLimit);
    }

    private async Task CompareAsync(Func<ProcessCluster> other)
    {
        var differences = await ConfirmedDifferences.OfAsync(() => WholeScriptAsync(other), output);
        Assert.True(differences.Count == 0, $"{differences.Count} of {Script.Count} commands differ\n{string.Join('\n', differences)}");
    }

    /// <summary>The differences of a complete run.</summary>
    private async Task<IReadOnlyDictionary<string, string>> WholeScriptAsync(Func<ProcessCluster> other)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var reference = ProcessCluster.OfEtcd(Members);
                await using var tested = other();
                return await DifferencesAsync(reference, tested);
            }
            catch (LostStepException lost) when (attempt < Attempts)
            {
                output.WriteLine($"{lost.Message}\nthe script stopped there; once more with fresh clusters");
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> DifferencesAsync(ProcessCluster reference, ProcessCluster tested)
    {
        await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
        using var left = new EtcdctlRun(reference);
        using var right = new EtcdctlRun(tested);
        await Task.WhenAll(left.PrepareAsync(), right.PrepareAsync());
        var differences = new Dictionary<string, string>();
        foreach (var command in Script)
        {
            var outputs = await Task.WhenAll(left.RunAsync(command), right.RunAsync(command));
            output.WriteLine($"$ etcdctl {command.Text}\n{outputs[0]}");
            if (outputs[0] != outputs[1])
            {
                differences.Add($"line {command.Line}", $"etcdctl {command.Text}\n{LineDiff.Describe(outputs[0], outputs[1])}");
            }

            await RevisionCheck.SameAsync(left, right, command, RestLimit);
        }

        output.WriteLine($"{Script.Count} commands, {differences.Count} differences");
        return differences;
    }
}
