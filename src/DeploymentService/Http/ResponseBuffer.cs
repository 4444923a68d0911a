using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeploymentService.Json;

namespace DeploymentService.Http;

/// <summary>
/// What is written of an answer and not sent yet. Large values, which are in memory anyway, are not copied into it: it only knows where they are.
/// For one answer at a time.
/// </summary>
internal sealed class ResponseBuffer : IBufferWriter<byte>
{
    // A piece, and an ordinary element that does not fit into it any more. Larger arrays would be freed late.
    private const int ChunkBytes = 80 * 1024;

    // Below that a copy is cheaper than another segment.
    private const int LargeValue = 16 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly ConditionalWeakTable<Utf8JsonWriter, ResponseBuffer> OfWriters = [];

    [ThreadStatic]
    private static ResponseBuffer? _spare;

    private readonly byte[] _firstChunk = GC.AllocateUninitializedArray<byte>(ChunkBytes);
    private readonly List<ReadOnlyMemory<byte>> _closed = [];
    private byte[] _chunk;
    private int _start;
    private int _end;
    private long _closedLength;

    private ResponseBuffer()
    {
        _chunk = _firstChunk;
        Json = new Utf8JsonWriter(this, Options);
        OfWriters.Add(Json, this);
    }

    /// <summary>Writes into it.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>How many bytes are written, as far as <see cref="Json"/> is flushed.</summary>
    public long Length => _closedLength + _end - _start;

    /// <summary>An empty one; this thread's, when nobody has it.</summary>
    public static ResponseBuffer Take()
    {
        var buffer = _spare ?? new ResponseBuffer();
        _spare = null;
        return buffer;
    }

    /// <summary>Gives it back.</summary>
    public void Return()
    {
        Clear();
        Json.Reset();
        _spare = this;
    }

    /// <summary>Forgets what is sent.</summary>
    public void Clear()
    {
        _closed.Clear();
        _closedLength = 0;
        _chunk = _firstChunk;
        _start = _end = 0;
    }

    /// <summary>Writes a value into whatever the writer writes into.</summary>
    public static void Write(Utf8JsonWriter json, JsonText value)
    {
        if (value.Utf8.Length < LargeValue || !OfWriters.TryGetValue(json, out var buffer))
        {
            json.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
            return;
        }

        // The first byte goes through the writer, so that it knows that a value stands there.
        json.WriteRawValue(value.Utf8.Span[..1], skipInputValidation: true);
        json.Flush();
        buffer.Close();
        buffer.Add(value.Utf8[1..]);
    }

    /// <summary>What is written, in order.</summary>
    public List<ReadOnlyMemory<byte>> Segments()
    {
        Close();
        return _closed;
    }

    /// <inheritdoc />
    public void Advance(int count) => _end += count;

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_chunk.Length - _end < Math.Max(sizeHint, 1))
        {
            Close();
            _chunk = GC.AllocateUninitializedArray<byte>(Math.Max(sizeHint, ChunkBytes));
            _start = _end = 0;
        }

        return _chunk.AsMemory(_end);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Close()
    {
        if (_end > _start)
        {
            Add(_chunk.AsMemory(_start, _end - _start));
            _start = _end;
        }
    }

    private void Add(ReadOnlyMemory<byte> segment)
    {
        _closed.Add(segment);
        _closedLength += segment.Length;
    }
}
