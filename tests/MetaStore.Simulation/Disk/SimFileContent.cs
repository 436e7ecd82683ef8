using System.Collections;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Disk;

/// <summary>One file: what a reader sees (the page cache), what a power cut leaves (the device), and where the two differ.</summary>
/// <remarks>
/// Sectors of 512 bytes arrive entirely or not at all. A failed sync leaves them in the cache, counts them as clean and never writes
/// them: what Linux does. Who restarts then and does not drop the cache reads what the device does not hold.
/// </remarks>
internal sealed class SimFileContent
{
    public const int Sector = 512;

    private byte[] _cache = [];
    private byte[] _device = [];
    private long _length;
    private long _deviceLength;
    private BitArray _dirty = new(0);
    private int _dirtyCount;
    private bool _lengthIsDirty;

    /// <summary>True when a power cut at this moment could take something away.</summary>
    public bool IsDirty => _dirtyCount > 0 || _lengthIsDirty || HasLostWrites;

    /// <summary>True after a failed sync: the cache holds what will never be written.</summary>
    public bool HasLostWrites { get; private set; }

    public long Length => _length;

    public int Read(long offset, Span<byte> target)
    {
        if (offset >= _length)
        {
            return 0;
        }

        int count = (int)Math.Min(target.Length, _length - offset);
        _cache.AsSpan((int)offset, count).CopyTo(target);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        if (offset + source.Length > _length)
        {
            SetLength(offset + source.Length);
        }

        source.CopyTo(_cache.AsSpan((int)offset));
        for (int sector = (int)(offset / Sector); (long)sector * Sector < offset + source.Length; sector++)
        {
            MarkDirty(sector);
        }
    }

    public void SetLength(long length)
    {
        if (length > _cache.Length)
        {
            int capacity = (int)Math.Max(length, Math.Min(2L * _cache.Length, 1 << 20));
            Array.Resize(ref _cache, capacity);
            Array.Resize(ref _device, capacity);
            _dirty.Length = (capacity + Sector - 1) / Sector;
        }
        else if (length < _length)
        {
            _cache.AsSpan((int)length, (int)(_length - length)).Clear();
        }

        _lengthIsDirty |= length != _deviceLength;
        _length = length;
    }

    public void Sync()
    {
        ForEachDirty(CopyToDevice);
        Clean();
        _deviceLength = _length;
        _lengthIsDirty = false;
    }

    /// <summary>The device failed: some of the sectors arrived, the rest is forgotten, and nobody will be told again.</summary>
    public void FailSync(SimRandom random)
    {
        ForEachDirty(sector =>
        {
            if (random.Chance(0.3))
            {
                CopyToDevice(sector);
            }
        });
        HasLostWrites |= _dirtyCount > 0 || _lengthIsDirty;
        Clean();
        _lengthIsDirty = false;
    }

    /// <summary>Clean pages leave the cache, so that the device is read again.</summary>
    public void DropCache()
    {
        if (!HasLostWrites || _dirtyCount > 0)
        {
            return;
        }

        _device.CopyTo(_cache, 0);
        _length = _deviceLength;
        HasLostWrites = false;
    }

    /// <summary>What the power left: the device, and of the dirty sectors any.</summary>
    public void PowerCut(SimRandom random)
    {
        bool longer = _lengthIsDirty && random.Chance(0.5);
        double arrived = random.Next(4) switch { 0 => 0.0, 1 => 1.0, _ => random.NextDouble() };
        bool inOrder = random.Chance(0.3);
        bool stopped = false;
        ForEachDirty(sector =>
        {
            // Some devices write in order and stop somewhere; others do as they like.
            stopped |= inOrder && !random.Chance(arrived);
            if (!stopped && (inOrder || random.Chance(arrived)))
            {
                CopyToDevice(sector);
            }
        });
        _deviceLength = longer ? _length : _deviceLength;
        _device.AsSpan((int)_deviceLength).Clear();
        Clean();
        _device.CopyTo(_cache, 0);
        _length = _deviceLength;
        _lengthIsDirty = false;
        HasLostWrites = false;
    }

    /// <summary>Changes bits that were written long ago, in cache and device alike.</summary>
    /// <returns>False when the file is empty.</returns>
    public bool Rot(long offset, byte mask)
    {
        if (offset >= _length)
        {
            return false;
        }

        _cache[offset] ^= mask;
        _device[offset] ^= mask;
        return true;
    }

    /// <summary>A sector that was written long ago reads as zeros, in cache and device alike.</summary>
    public void ZeroSector(int sector)
    {
        int start = sector * Sector;
        int count = (int)Math.Clamp(_length - start, 0, Sector);
        _cache.AsSpan(start, count).Clear();
        _device.AsSpan(start, count).Clear();
    }

    private void MarkDirty(int sector)
    {
        if (!_dirty[sector])
        {
            _dirty[sector] = true;
            _dirtyCount++;
        }
    }

    private void Clean()
    {
        if (_dirtyCount > 0)
        {
            _dirty.SetAll(false);
            _dirtyCount = 0;
        }
    }

    private void ForEachDirty(Action<int> action)
    {
        int left = _dirtyCount;
        for (int sector = 0; left > 0; sector++)
        {
            if (_dirty[sector])
            {
                left--;
                action(sector);
            }
        }
    }

    private void CopyToDevice(int sector)
    {
        int start = sector * Sector;
        int end = Math.Min(start + Sector, _cache.Length);
        _cache.AsSpan(start, end - start).CopyTo(_device.AsSpan(start));
        _deviceLength = Math.Max(_deviceLength, Math.Min(end, _length));
    }
}
