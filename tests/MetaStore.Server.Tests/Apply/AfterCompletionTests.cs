using MetaStore.IO;
using MetaStore.Server.Apply;

namespace MetaStore.Server.Tests.Apply;

public sealed class AfterCompletionTests
{
    private readonly HeldItems _queue = new();

    [Fact]
    public void Run_WithinAGroup_RunsAtItsEnd_OnTheSameThread()
    {
        var item = new Item();
        AfterCompletion.Begin();
        AfterCompletion.Run(item, _queue);
        Assert.Empty(item.Threads);
        AfterCompletion.End();
        Assert.Equal([Environment.CurrentManagedThreadId], item.Threads);
        AfterCompletion.End();
        Assert.Single(item.Threads);
        Assert.Empty(_queue.Items);
    }

    [Fact]
    public void Run_WithoutAGroup_IsQueued()
    {
        var item = new Item();
        AfterCompletion.Run(item, _queue);
        Assert.Empty(item.Threads);
        Assert.Same(item, Assert.Single(_queue.Items));
    }

    /// <summary>What is left to the end may complete a group of its own.</summary>
    [Fact]
    public void Run_FromWhatRunsAtTheEnd_IsQueued_AndAGroupInItEndsForItself()
    {
        var last = new Item();
        var inner = new Item();
        var outer = new Item
        {
            Then = () =>
            {
                AfterCompletion.Run(last, _queue);
                AfterCompletion.Begin();
                AfterCompletion.Run(inner, _queue);
                AfterCompletion.End();
                Assert.Single(inner.Threads);
            },
        };
        AfterCompletion.Begin();
        AfterCompletion.Run(outer, _queue);
        AfterCompletion.End();
        Assert.Single(outer.Threads);
        Assert.Single(inner.Threads);
        Assert.Same(last, Assert.Single(_queue.Items));
    }

    private sealed class Item : IThreadPoolWorkItem
    {
        public List<int> Threads { get; } = [];

        public Action? Then { get; init; }

        public void Execute()
        {
            Threads.Add(Environment.CurrentManagedThreadId);
            Then?.Invoke();
        }
    }

    private sealed class HeldItems : BackgroundWork
    {
        public List<IThreadPoolWorkItem> Items { get; } = [];

        public override void Queue(IThreadPoolWorkItem item) => Items.Add(item);

        public override Task Run(Action action) => throw new NotSupportedException();
    }
}
