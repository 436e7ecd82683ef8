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
    private const int WholeScript = int.MaxValue;

    /// <summary>Repetitions with new clusters after a lost step: an overloaded machine does not lose one each time, a wrong server does.</summary>
    private const int Attempts = 2;

    /// <summary>Limit for what a server does after a command has ended: a follower applies, a lease expires, a mirror copies.</summary>
    private static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(20);

    private static IReadOnlyList<ScriptCommand> Script => ScriptCommand.Read(Path.Combine(AppContext.BaseDirectory, "Etcdctl", "commands.script"));

    [Fact]
    public void Script_HasAtLeast400Commands() => Assert.True(Script.Count >= 400, $"{Script.Count} commands");

    // The row of another etcd shows that the normalization masks everything that is not deterministic.
    [SkippableTheory]
    [RowOnRequest("etcd", false, WholeScript)]
    [RowOnRequest("memory", false, WholeScript)]
    [InlineData("rocksdb", false, WholeScript)]
    [RowOnRequest("etcd", true, WholeScript)]
    [RowOnRequest("memory", true, WholeScript)]
    [RowOnRequest("rocksdb", true, WholeScript)]
    [InlineData("memory", true, 60)]
    public async Task Script_OnAnotherCluster_PrintsWhatItPrintsOnEtcd(string other, bool isSecured, int commands)
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd and etcdctl are not installed");
        ScriptCommand[] script = [.. Script.Take(commands).Where(command => !isSecured || !command.NeedsNoUser)];
        var differences = await ConfirmedDifferences.OfAsync(() => WholeScriptAsync(script, isSecured, Other), output);
        Assert.True(differences.Count == 0, $"{differences.Count} of {script.Length} commands differ\n{string.Join('\n', differences)}");

        ProcessCluster Other(ClusterSecurity security) =>
            other == "etcd" ? ProcessCluster.OfEtcd(Members, security) : ProcessCluster.OfMetaStore(Members, security, EngineFlags.Of(other));
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

    /// <summary>The differences of a complete run.</summary>
    private async Task<IReadOnlyDictionary<string, string>> WholeScriptAsync(ScriptCommand[] script, bool isSecured, Func<ClusterSecurity, ProcessCluster> other)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var reference = ProcessCluster.OfEtcd(Members, ClusterSecurity.Of(isSecured));
                await using var tested = other(ClusterSecurity.Of(isSecured));
                return await DifferencesAsync(script, reference, tested);
            }
            catch (LostStepException lost) when (attempt < Attempts)
            {
                output.WriteLine($"{lost.Message}\nthe script stopped there; once more with fresh clusters");
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> DifferencesAsync(ScriptCommand[] script, ProcessCluster reference, ProcessCluster tested)
    {
        await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
        using var left = new EtcdctlRun(reference);
        using var right = new EtcdctlRun(tested);
        await Task.WhenAll(left.PrepareAsync(), right.PrepareAsync());
        var differences = new Dictionary<string, string>();
        foreach (var command in script)
        {
            var outputs = await Task.WhenAll(left.RunAsync(command), right.RunAsync(command));
            output.WriteLine($"$ etcdctl {command.Text}\n{outputs[0]}");
            if (outputs[0] != outputs[1])
            {
                differences.Add($"line {command.Line}", $"etcdctl {command.Text}\n{LineDiff.Describe(outputs[0], outputs[1])}");
            }

            await RevisionCheck.SameAsync(left, right, command, RestLimit);
        }

        output.WriteLine($"{script.Length} commands, {differences.Count} differences");
        return differences;
    }
}
