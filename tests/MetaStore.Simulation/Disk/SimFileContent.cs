using System.Numerics;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Disk;

/// <summary>A file: what a reader sees (the page cache), what a power cut leaves (the device), and where the two differ.</summary>
/// <remarks>
/// Sectors of 512 bytes are written entirely or not at all. A failed sync leaves them in the cache, marks them clean and never writes them, as Linux
/// does. A process that restarts without dropping the cache then reads what the device does not have. Stored in pages: one that was never written,
/// or only with zeros, takes no memory, and cache and device share equal pages until they are written again.
/// </remarks>
internal sealed class SimFileContent
{
    public const int Sector = 512;

    private const int PageBytes = 4096;
    private const int PageSectors = PageBytes / Sector;

    private byte[]?[] _cache = [];
    private byte[]?[] _device = [];

    /// <summary>Per page, one bit for each sector that is written and not synced.</summary>
    private byte[] _dirty = [];
    private long _length;
    private long _deviceLength;
    private int _dirtyCount;
    private bool _lengthIsDirty;

    /// <summary>True when a power cut now could lose data.</summary>
    public bool IsDirty => _dirtyCount > 0 || _lengthIsDirty || HasLostWrites;

    /// <summary>True after a failed sync: the cache holds data that will never be written.</summary>
    public bool HasLostWrites { get; private set; }

    public long Length => _length;

    public int Read(long offset, Span<byte> target)
    {
        if (offset >= _length)
        {
            return 0;
        }

        int count = (int)Math.Min(target.Length, _length - offset);
        for (int done = 0; done < count;)
        {
            (int page, int at) = PlaceOf(offset + done);
            Span<byte> part = target[done..Math.Min(count, done + PageBytes - at)];
            if (_cache[page] is { } bytes)
            {
                bytes.AsSpan(at, part.Length).CopyTo(part);
            }
            else
            {
                part.Clear();
            }

            done += part.Length;
        }

        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        if (offset + source.Length > _length)
        {
            SetLength(offset + source.Length);
        }

        while (!source.IsEmpty)
        {
            (int page, int at) = PlaceOf(offset);
            ReadOnlySpan<byte> part = source[..Math.Min(source.Length, PageBytes - at)];
            if (part.Length == PageBytes && part.ContainsAnyExcept((byte)0))
            {
                _cache[page] = part.ToArray();
            }
            else if (_cache[page] is not null || part.ContainsAnyExcept((byte)0))
            {
                part.CopyTo(Own(_cache, _device, page).AsSpan(at));
            }

            MarkDirty(page, at / Sector, (at + part.Length - 1) / Sector);
            source = source[part.Length..];
            offset += part.Length;
        }
    }

    public void SetLength(long length)
    {
        int pages = (int)((length + PageBytes - 1) / PageBytes);
        if (pages > _cache.Length)
        {
            int capacity = Math.Max(pages, Math.Min(2 * _cache.Length, 256));
            Array.Resize(ref _cache, capacity);
            Array.Resize(ref _device, capacity);
            Array.Resize(ref _dirty, capacity);
        }
        else if (length < _length)
        {
            ClearFrom(_cache, _device, length);
        }

        _lengthIsDirty |= length != _deviceLength;
        _length = length;
    }

    public void Sync()
    {
        if (HasLostWrites)
        {
            ForEachDirty(CopyToDevice);
        }
        else if (_dirtyCount > 0)
        {
            // Clean pages are equal in both.
            for (int page = 0; page < _dirty.Length; page++)
            {
                if (_dirty[page] != 0)
                {
                    _device[page] = _cache[page];
                }
            }
        }

        Clean();
        _deviceLength = _length;
        _lengthIsDirty = false;
    }

    /// <summary>A sync failed: some of the sectors are written, the others are forgotten, and no later sync reports it.</summary>
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

    /// <summary>Drops clean pages from the cache, so that the device is read again.</summary>
    public void DropCache()
    {
        if (!HasLostWrites || _dirtyCount > 0)
        {
            return;
        }

        ReadDevice();
    }

    /// <summary>The state after a power cut: the device, plus any of the dirty sectors.</summary>
    public void PowerCut(SimRandom random)
    {
        bool longer = _lengthIsDirty && random.Chance(0.5);
        double arrived = random.Next(4) switch { 0 => 0.0, 1 => 1.0, _ => random.NextDouble() };
        bool inOrder = random.Chance(0.3);
        bool stopped = false;
        ForEachDirty(sector =>
        {
            // Some devices write in order and stop at some point; others write in any order.
            stopped |= inOrder && !random.Chance(arrived);
            if (!stopped && (inOrder || random.Chance(arrived)))
            {
                CopyToDevice(sector);
            }
        });
        _deviceLength = longer ? _length : _deviceLength;
        ClearFrom(_device, _cache, _deviceLength);
        Clean();
        ReadDevice();
        _lengthIsDirty = false;
    }

    /// <summary>Flips bits that were written long ago, in cache and device.</summary>
    /// <returns>False when the file is empty.</returns>
    public bool Rot(long offset, byte mask)
    {
        if (offset >= _length)
        {
            return false;
        }

        (int page, int at) = PlaceOf(offset);
        Own(_cache, _device, page)[at] ^= mask;
        Own(_device, _cache, page)[at] ^= mask;
        return true;
    }

    /// <summary>Zeros a sector that was written long ago, in cache and device.</summary>
    public void ZeroSector(int sector)
    {
        (int page, int at) = PlaceOf((long)sector * Sector);
        if (page < _cache.Length)
        {
            Own(_cache, _device, page).AsSpan(at, Sector).Clear();
            Own(_device, _cache, page).AsSpan(at, Sector).Clear();
        }
    }

    /// <summary>Bytes of a sector up to the last non-zero one, on the device.</summary>
    public int UsedBytes(int sector)
    {
        (int page, int at) = PlaceOf((long)sector * Sector);
        return page < _device.Length && _device[page] is { } bytes ? bytes.AsSpan(at, Sector).LastIndexOfAnyExcept((byte)0) + 1 : 0;
    }

    private static (int Page, int At) PlaceOf(long offset) => ((int)(offset / PageBytes), (int)(offset % PageBytes));

    /// <summary>Makes a page private to one side before it is written.</summary>
    private static byte[] Own(byte[]?[] side, byte[]?[] other, int page)
    {
        if (side[page] is not { } bytes)
        {
            return side[page] = new byte[PageBytes];
        }

        return ReferenceEquals(bytes, other[page]) ? side[page] = bytes.AsSpan().ToArray() : bytes;
    }

    private static void ClearFrom(byte[]?[] side, byte[]?[] other, long length)
    {
        (int page, int at) = PlaceOf(length);
        if (at > 0 && side[page] is not null)
        {
            Own(side, other, page).AsSpan(at).Clear();
        }

        Array.Clear(side, Math.Min(side.Length, at > 0 ? page + 1 : page), Math.Max(0, side.Length - (at > 0 ? page + 1 : page)));
    }

    private void ReadDevice()
    {
        _device.CopyTo(_cache, 0);
        _length = _deviceLength;
        HasLostWrites = false;
    }

    private void MarkDirty(int page, int first, int last)
    {
        byte marked = (byte)(((1 << (last - first + 1)) - 1) << first);
        _dirtyCount += BitOperations.PopCount((uint)(marked & ~_dirty[page]));
        _dirty[page] |= marked;
    }

    private void Clean()
    {
        if (_dirtyCount > 0)
        {
            Array.Clear(_dirty);
            _dirtyCount = 0;
        }
    }

    private void ForEachDirty(Action<int> action)
    {
        for (int page = 0; _dirtyCount > 0 && page < _dirty.Length; page++)
        {
            for (uint left = _dirty[page]; left != 0; left &= left - 1)
            {
                action((page * PageSectors) + BitOperations.TrailingZeroCount(left));
            }
        }
    }

    private void CopyToDevice(int sector)
    {
        (int page, int at) = PlaceOf((long)sector * Sector);
        Span<byte> target = Own(_device, _cache, page).AsSpan(at, Sector);
        if (_cache[page] is { } bytes)
        {
            bytes.AsSpan(at, Sector).CopyTo(target);
        }
        else
        {
            target.Clear();
        }

        long end = ((long)sector * Sector) + Sector;
        _deviceLength = Math.Max(_deviceLength, Math.Min(end, _length));
    }
}
