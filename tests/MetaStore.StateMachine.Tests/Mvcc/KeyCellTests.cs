using MetaStore.StateMachine.Mvcc.Index;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>Random changes of one key, cut as compaction cuts them, compared with a list; older cells are compared again at the end.</summary>
public sealed class KeyCellTests
{
    [Theory]
    [InlineData(1, 60, 25)]
    [InlineData(2, 400, 10)]
    [InlineData(3, 30_000, 0)]
    [InlineData(4, 30_000, 40)]
    public void KeyCell_RandomChanges_MatchesList(int seed, int changes, int deletesOfHundred)
    {
        var random = new Random(seed);
        var model = new List<KeyVersion> { new(2, 0, 2, 1) };
        var cell = new KeyCell(model[0]);
        var arena = new ChangeArena();
        var cut = new List<(KeyCell Cell, KeyVersion[] Model)>();
        var main = 2L;
        for (var i = 0; i < changes; i++)
        {
            var before = model[^1];
            main += random.Next(1, 4);
            var deletes = !before.IsTombstone && random.Next(100) < deletesOfHundred;
            var sub = random.Next(3);
            cell.Push(main, sub, deletes, arena);
            model.Add(deletes ? new(main, sub, 0, 0)
                : before.IsTombstone ? new(main, sub, main, 1)
                : new(main, sub, before.Create, before.Version + 1));
            Assert.Equal(model[^1], cell.Newest);
            Assert.Equal(!model[^1].IsTombstone, cell.TryGetLive(out var create, out var version));
            Assert.Equal((model[^1].Create, model[^1].Version), (create, version));
            if (random.Next(changes / 6) == 0)
            {
                cut.Add((cell, [.. model]));
                var position = random.Next(Math.Min(model.Count, random.Next(2) == 0 ? 10 : int.MaxValue));
                cell = cell.From(position, arena);
                Assert.Equal(!cell.Newest.IsTombstone, cell.TryGetLive(out create, out version));
                Assert.Equal((cell.Newest.Create, cell.Newest.Version), (create, version));
                model.RemoveRange(0, position);
            }
        }

        cut.Add((cell, [.. model]));
        Assert.All(cut, version => Same(version.Cell, version.Model, random));
    }

    private static void Same(KeyCell cell, KeyVersion[] model, Random random)
    {
        Assert.Equal(model.Length, cell.Count);
        for (var i = 0; i < model.Length; i++)
        {
            Assert.Equal(model[i], cell[i]);
        }

        for (var i = 0; i < 200; i++)
        {
            var revision = random.NextInt64(model[^1].Main + 2);
            var expected = Array.FindLastIndex(model, change => change.Main <= revision);
            Assert.Equal(expected, cell.PositionAt(revision));
            Assert.Equal(expected < 0 ? null : model[expected], cell.At(revision));
            Assert.Equal(expected < 0 || model[expected].IsTombstone ? null : model[expected], cell.LiveAt(revision));
        }
    }
}
