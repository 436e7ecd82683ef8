using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Migration;

/// <summary>Commands that must succeed.</summary>
internal static class Ctl
{
    internal static async Task<string> EtcdctlAsync(params string[] words)
    {
        using var process = EtcdctlProcess.Start(words);
        var answer = await process.EndedAsync();
        Assert.True(answer.ExitCode == 0, $"etcdctl {string.Join(' ', words)}: {answer.ExitCode}\n{answer.Output}{answer.Error}");
        return answer.Output;
    }

    internal static async Task<EtcdctlAnswer> MetactlAsync(params string[] words)
    {
        var answer = await MetactlRun.RunAsync(words, [], new Dictionary<string, string>());
        Assert.True(answer.ExitCode == 0, $"metactl {string.Join(' ', words)}: {answer.ExitCode}\n{answer.Output}{answer.Error}");
        return answer;
    }

    /// <summary>Flags of a restore that makes the data directory of a cluster's only member.</summary>
    internal static string[] RestoreFlags(ProcessCluster cluster) =>
    [
        "--name", cluster.Nodes[0].Name, "--data-dir", cluster.Nodes[0].DataDirectory, "--initial-cluster", cluster.Founders, "--initial-cluster-token", cluster.Token,
        "--initial-advertise-peer-urls", cluster.Nodes[0].PeerUrl,
    ];
}
