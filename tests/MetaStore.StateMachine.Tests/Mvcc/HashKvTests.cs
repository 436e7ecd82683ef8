using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>etcd v3 Maintenance.HashKV.</summary>
public abstract class HashKvTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void Hash_EmptyStore_IsTheHashOfTheWordKey()
    {
        var hash = _rig.Hash();
        Assert.Equal((ErrorCode.None, -1L, 1L), (hash.Error, hash.CompactRevision, hash.HashRevision));
        Assert.Equal(Reference("key"u8.ToArray()), hash.Hash);
    }

    [SkippableFact]
    public void Hash_OnePut_IsKeyWordRevisionKeyAndRecord()
    {
        _rig.Put("k", "v");
        byte[] expected =
        [
            .. "key"u8, 0, 0, 0, 0, 0, 0, 0, 2, (byte)'_', 0, 0, 0, 0, 0, 0, 0, 0,
            0x0A, 1, (byte)'k', 0x10, 2, 0x18, 2, 0x20, 1, 0x2A, 1, (byte)'v',
        ];
        Assert.Equal(Reference(expected), _rig.Hash().Hash);
        _rig.Delete("k");
        expected = [.. expected, 0, 0, 0, 0, 0, 0, 0, 3, (byte)'_', 0, 0, 0, 0, 0, 0, 0, 0, (byte)'t', 0x0A, 1, (byte)'k'];
        Assert.Equal(Reference(expected), _rig.Hash().Hash);
    }

    [SkippableFact]
    public void Hash_OldRevision_IsWhatItWasThen()
    {
        _rig.Put("a", "1");
        _rig.Put("b", "1");
        var then = _rig.Hash().Hash;
        _rig.Put("a", "2");
        Assert.NotEqual(then, _rig.Hash().Hash);
        var past = _rig.Hash(3);
        Assert.Equal((then, 3L, 4L), (past.Hash, past.HashRevision, past.Revision));
    }

    [SkippableFact]
    public void Hash_OutOfBounds_IsAnError()
    {
        _rig.Put("a");
        _rig.Put("a");
        _rig.Compact(3);
        Assert.Equal(ErrorCode.Compacted, _rig.Hash(2).Error);
        Assert.Equal(ErrorCode.None, _rig.Hash(3).Error);
        Assert.Equal(ErrorCode.FutureRevision, _rig.Hash(4).Error);
    }

    [SkippableFact]
    public void Hash_BeforeDuringAfterPhysicalCompaction_IsTheSame()
    {
        for (var i = 0; i < 60; i++)
        {
            _rig.Put($"k{i % 7}", $"{i}");
            if (i % 5 == 0)
            {
                _rig.Delete($"k{i % 3}");
            }
        }

        _rig.Compact(40);
        var hashes = new HashSet<(uint, uint)>();
        do
        {
            hashes.Add((_rig.Hash().Hash, _rig.Hash(50).Hash));
            var restarted = new StoreRig(_rig.Engine.Copy());
            hashes.Add((restarted.Hash().Hash, restarted.Hash(50).Hash));
        }
        while (_rig.Machine.CompactStep(5));
        hashes.Add((_rig.Hash().Hash, _rig.Hash(50).Hash));
        Assert.Single(hashes);
    }

    [SkippableFact]
    public void Hash_TombstoneAtTheCompactedRevision_CountsNowhere()
    {
        _rig.Put("a");
        _rig.Put("b");
        _rig.Delete("a"); // 4
        _rig.Compact(4);
        var before = _rig.Hash().Hash;
        _rig.CompactPhysically();
        Assert.Equal(before, _rig.Hash().Hash);
        Assert.Equal(2, _rig.Engine.Records);
    }

    /// <summary>CRC-32C bit by bit, polynomial 0x1EDC6F41 reflected.</summary>
    private static uint Reference(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }
}
