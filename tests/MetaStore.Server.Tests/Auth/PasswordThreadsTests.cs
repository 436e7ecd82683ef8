using MetaStore.Server.Auth.Passwords;

namespace MetaStore.Server.Tests.Auth;

/// <summary>The threads of bcrypt: a bounded queue, exceptions to their caller, and an end that finishes what was begun.</summary>
public sealed class PasswordThreadsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Work_RunsOnAThreadOfItsOwn_AndItsExceptionIsTheCallers()
    {
        using var threads = new PasswordThreads(1);
        (string? Name, bool IsPool) where = await threads.TryRun(() => (Thread.CurrentThread.Name, Thread.CurrentThread.IsThreadPoolThread))!.WaitAsync(Limit);
        Assert.Equal(("password 0", false), where);
        await Assert.ThrowsAsync<FormatException>(() => threads.TryRun<int>(() => throw new FormatException())!.WaitAsync(Limit));
        Assert.Equal(7, await threads.TryRun(() => 7)!.WaitAsync(Limit));
    }

    [Fact]
    public async Task Queue_IsBounded_AndTakesAgainOnceOneIsDone()
    {
        using var threads = new PasswordThreads(1);
        using var go = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        Task first = threads.TryRun(() =>
        {
            running.Set();
            return go.Wait(Limit);
        })!;
        Assert.True(running.Wait(Limit));
        Task<int>[] waiting = [.. Enumerable.Range(0, PasswordThreads.QueueMax).Select(i => threads.TryRun(() => i)!)];
        Assert.All(waiting, Assert.NotNull);
        Assert.Null(threads.TryRun(() => 0));
        go.Set();
        await first.WaitAsync(Limit);
        Assert.Equal(Enumerable.Range(0, PasswordThreads.QueueMax), await Task.WhenAll(waiting).WaitAsync(Limit));
        await threads.TryRun(() => 0)!.WaitAsync(Limit);
    }

    [Fact]
    public void Dispose_FinishesWhatIsQueued()
    {
        var threads = new PasswordThreads(2);
        Task<int>[] work = [.. Enumerable.Range(0, 50).Select(i => threads.TryRun(() => i)!)];
        threads.Dispose();
        Assert.All(work, task => Assert.True(task.IsCompletedSuccessfully));
    }
}
