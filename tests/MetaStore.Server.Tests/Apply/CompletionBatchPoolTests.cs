using MetaStore.IO;
using MetaStore.Server.Apply;

namespace MetaStore.Server.Tests.Apply;

/// <summary>A group of callers is completed when it is dispatched, once each, by few work items.</summary>
public sealed class CompletionBatchPoolTests
{
    private readonly Held _background = new();
    private readonly CompletionBatchPool _pool;

    public CompletionBatchPoolTests() => _pool = new CompletionBatchPool(_background);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(512, 1)]
    [InlineData(513, 2)]
    [InlineData(2000, 4)]
    public void Group_IsCompletedByOneWorkItemFor512Callers_AndNotBefore(int callers, int items)
    {
        for (int round = 0; round < 3; round++)
        {
            Caller[] group = [.. Enumerable.Range(0, callers).Select(_ => new Caller())];
            Array.ForEach(group, _pool.Add);
            Assert.Empty(_background.Items);
            _pool.Dispatch();
            Assert.Equal(items, _background.Items.Count);
            Assert.All(group, caller => Assert.Equal(0, caller.Completed));
            _background.RunAll();
            Assert.All(group, caller => Assert.Equal(1, caller.Completed));
        }

        // Batches are used again.
        Assert.Equal(items, _background.Seen.Count);
    }

    [Fact]
    public void NextGroup_StartsEmpty()
    {
        _pool.Add(new Caller());
        _pool.Dispatch();
        _pool.Dispatch();
        Assert.Single(_background.Items);
    }

    private sealed class Caller : ICompletable
    {
        public int Completed { get; private set; }

        public void Complete() => Completed++;
    }

    private sealed class Held : BackgroundWork
    {
        public List<IThreadPoolWorkItem> Items { get; } = [];

        public HashSet<IThreadPoolWorkItem> Seen { get; } = [];

        public override void Queue(IThreadPoolWorkItem item)
        {
            Items.Add(item);
            Seen.Add(item);
        }

        public override Task Run(Action action) => throw new NotSupportedException();

        public void RunAll()
        {
            Items.ForEach(item => item.Execute());
            Items.Clear();
        }
    }
}
