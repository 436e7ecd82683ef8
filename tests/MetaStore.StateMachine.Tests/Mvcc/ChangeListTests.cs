using System.Runtime.CompilerServices;
using MetaStore.StateMachine.Mvcc.Index;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>Lists of changes whose runs lie beside each other, read while they grow.</summary>
public sealed class ChangeListTests
{
    private const int Lists = 64;
    private const int ChangesEach = 40;

    /// <summary>What a reader finds below the count that it has seen was appended to the list that it reads.</summary>
    [Fact]
    public async Task Changes_ReadWhileOthersAreAppended_AreThoseOfTheirList()
    {
        var lists = new Box[Lists];
        var isOver = false;
        long wrong = 0, read = 0;
        var readers = Enumerable.Range(0, 3).Select(seed => Task.Factory.StartNew(() => Read(seed), TaskCreationOptions.LongRunning)).ToArray();
        void Read(int seed)
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref isOver))
            {
                if (Volatile.Read(ref lists[random.Next(Lists)]) is { } list && list.Changes.Count is > 0 and var count)
                {
                    var position = random.Next(count);
                    Interlocked.Add(ref wrong, list.Changes[position] == list.At(position) ? 0 : 1);
                    Interlocked.Increment(ref read);
                }
            }
        }

        var arena = new ChangeArena();
        for (var round = 0; round < 2_000 || Volatile.Read(ref read) < 1_000_000; round++)
        {
            for (var i = 0; i < Lists; i++)
            {
                Volatile.Write(ref lists[i], new Box((round * Lists) + i));
            }

            for (var i = 0; i < ChangesEach * Lists; i++)
            {
                var list = lists[i % Lists];
                list.Changes.Append(list.At(i / Lists), arena);
            }
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(readers);
        Assert.Equal(0, wrong);
    }

    /// <summary>An array of the arena lives as long as a list has a run in it, and no longer.</summary>
    [Fact]
    public void Array_ThatNoListUses_IsFreed()
    {
        var arena = new ChangeArena();
        var kept = new Box(1);
        var first = Fill(arena, kept);
        var second = Fill(arena, null);
        Fill(arena, null);
        GC.Collect();
        Assert.True(first.IsAlive);
        Assert.False(second.IsAlive);
        Assert.Equal(kept.At(0), kept.Changes[0]);
    }

    /// <summary>Appends to lists that are dropped until the arena cuts from another array of the full size, and then to one that may be kept.</summary>
    /// <returns>The array of the last one.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Fill(ChangeArena arena, Box? kept)
    {
        while (arena.Array.Length < 4096)
        {
            Append(arena, new Box(0));
        }

        var before = arena.Array;
        while (ReferenceEquals(arena.Array, before))
        {
            Append(arena, new Box(0));
        }

        Append(arena, kept ?? new Box(0));
        return new WeakReference(arena.Array);
    }

    private static void Append(ChangeArena arena, Box list) => list.Changes.Append(list.At(list.Changes.Count), arena);

    private sealed class Box(int id)
    {
        public ChangeList Changes;

        public Change At(int position) => new(((long)id << 20) | (uint)position, position, 0);
    }
}
