using MetaStore.Testing;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>Every command must add the same number of revisions on both clusters; otherwise all later revisions differ.</summary>
internal static class RevisionCheck
{
    /// <summary>Waits until both are at the same revision.</summary>
    /// <param name="etcd">The run on etcd.</param>
    /// <param name="other">The run on the tested cluster.</param>
    /// <param name="command">The last command.</param>
    /// <param name="limit">Limit for what continues after a command has ended: a follower applies, a mirror copies.</param>
    /// <exception cref="LostStepException">They still differ after that time.</exception>
    internal static async Task SameAsync(EtcdctlRun etcd, EtcdctlRun other, ScriptCommand command, TimeSpan limit)
    {
        long[] revisions = [];
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    revisions = await Task.WhenAll(etcd.RevisionAsync(), other.RevisionAsync());
                    return revisions[0] == revisions[1];
                },
                limit,
                () => $"revision {revisions[0]} on etcd, {revisions[1]} on the other cluster");
        }
        catch (TimeoutException different)
        {
            throw new LostStepException($"line {command.Line}: etcdctl {command.Text}: {different.Message}");
        }
    }
}
