using MetaStore.Compatibility.Tests.Comparison;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>One long script of etcdctl commands against etcd and against MetaStore: the same text, the same exit codes.</summary>
[Collection("processes")]
public sealed class EtcdctlScriptTests(ITestOutputHelper output)
{
    private const int Members = 3;

    private static IReadOnlyList<ScriptCommand> Script => ScriptCommand.Read(Path.Combine(AppContext.BaseDirectory, "Etcdctl", "commands.script"));

    [Fact]
    public void Script_HasAtLeast400Commands() => Assert.True(Script.Count >= 400, $"{Script.Count} commands");

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task Script_OnMetaStore_PrintsWhatItPrintsOnEtcd(string engine)
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd and etcdctl are not installed");
        await CompareAsync(() => ProcessCluster.OfMetaStore(Members, EngineFlags.Of(engine)));
    }

    [SkippableFact]
    public async Task Script_OnAnotherEtcd_PrintsTheSame()
    {
        // Shows that the normalization leaves nothing to chance.
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd and etcdctl are not installed");
        await CompareAsync(() => ProcessCluster.OfEtcd(Members));
    }

    private async Task CompareAsync(Func<ProcessCluster> other)
    {
        var differences = await ConfirmedDifferences.OfAsync(
            async () =>
            {
                await using var reference = ProcessCluster.OfEtcd(Members);
                await using var tested = other();
                return await DifferencesAsync(reference, tested);
            },
            output);
        Assert.True(differences.Count == 0, $"{differences.Count} of {Script.Count} commands differ\n{string.Join('\n', differences)}");
    }

    private async Task<IReadOnlyDictionary<string, string>> DifferencesAsync(ProcessCluster reference, ProcessCluster tested)
    {
        await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
        var (left, right) = (new EtcdctlRun(reference), new EtcdctlRun(tested));
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
        }

        output.WriteLine($"{Script.Count} commands, {differences.Count} differences");
        return differences;
    }
}
