using MetaStore.Testing;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>Every command of a script adds as many revisions on both clusters; when one did not apply it, all numbers after it are wrong.</summary>
internal static class RevisionCheck
{
    /// <summary>Waits until both are at one revision.</summary>
    /// <param name="etcd">The run on etcd.</param>
    /// <param name="other">The run on the tested cluster.</param>
    /// <param name="command">What was run last.</param>
    /// <param name="limit">How long a server may take for what goes on after a command's end: a follower that applies, a mirror.</param>
    /// <exception cref="LostStepException">They differ after that time.</exception>
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
